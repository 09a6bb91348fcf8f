"""MiniStack as a sandbox runs it; everything here runs in MiniStack's own environment. See `__main__`."""
