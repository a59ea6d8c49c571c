"""PostgreSQL: pools, transactions, named queries and migrations."""
