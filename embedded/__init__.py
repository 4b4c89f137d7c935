"""PostgreSQL, Temporal, dbmate and the gateway as child processes; knows nothing of the product."""
