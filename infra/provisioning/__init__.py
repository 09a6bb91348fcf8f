"""How things come onto the machine: made once for each user, whole or not at all, by one process at a time.

The standard library alone: the set-up of a fresh machine runs on it before anything is installed.
"""
