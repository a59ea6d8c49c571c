"""The local trial: PostgreSQL, Kafka, the services and a demonstration on one machine, without Docker.

Development and the tests use the same PostgreSQL and Kafka.
"""
