"""PostgreSQL, Temporal and the product's own processes as children of one command; knows nothing of the product."""
