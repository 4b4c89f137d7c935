"""The rules of the linter, by subject; a rule is a small function and an id that never changes."""
