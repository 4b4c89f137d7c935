"""A command's one way in: inbox row, workflow update, journal; and the sweeper that resends what a crash left."""
