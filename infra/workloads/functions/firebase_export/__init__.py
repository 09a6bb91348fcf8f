"""Exports the Realtime Database."""
