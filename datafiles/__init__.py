"""Shipped YAML, read so that every value remembers its file and line."""
