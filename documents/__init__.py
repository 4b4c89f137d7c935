"""Documents: where their bytes lie, and what they are."""
