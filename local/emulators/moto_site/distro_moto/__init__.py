"""Runs in moto's environment; see `__main__`."""
