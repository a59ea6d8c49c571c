"""Setting up any Kafka from the catalogue of topics: the trial's, that of compose, one in production."""
