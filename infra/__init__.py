"""What an environment is made of: its typed specification and the Pulumi program."""
