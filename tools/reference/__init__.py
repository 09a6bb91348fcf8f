"""The reference pages, made from the code; a test fails when one is stale (`python -m tools.reference` writes them)."""
