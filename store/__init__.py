"""PostgreSQL: the only SQL of the product."""
