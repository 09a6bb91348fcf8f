"""The command line: one command a file, and rendering; no logic."""
