"""Answers whether the environment works, and which release it runs."""
