"""Stops and starts what need not run outside business hours."""
