"""Sets up topics, access rules and users of any Kafka broker from the catalogue of topics."""
