"""A command's one way in: inbox row, workflow update, journal."""
