"""Who takes part, as data, and our line to each agency."""
