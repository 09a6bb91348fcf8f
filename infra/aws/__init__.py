"""The AWS side of an environment: one component a file, named after the system that it makes."""
