"""The law of the dossier: pure functions over frozen values."""
