"""PostgreSQL, Temporal and dbmate from their wheels as child processes; knows nothing of the product."""
