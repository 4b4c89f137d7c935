"""Pictures drawn on the server: pure geometry from the dossier's own records; templates only write it down."""
