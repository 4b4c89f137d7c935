"""What happens to a dossier, in which order; the only place where its legal state changes."""
