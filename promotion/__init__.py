"""Promotion: what moves a release from environment to environment, and the record that proves it."""
