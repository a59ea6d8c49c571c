"""The trial, development and the tests: a real PostgreSQL and a real Kafka without Docker or system packages."""
