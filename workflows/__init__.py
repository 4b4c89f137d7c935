"""What happens, in which order; the only place where a dossier's legal state changes."""
