"""Google settings without a resource in pulumi-gcp, for genuine environments (docs/decisions/0031)."""
