"""The emulated Pulumi provider: the `aws:` and `gcp:` types that `infra/` uses, on the sandbox's emulators."""
