"""docker-compose.yml as an office uses it: `make compose-test`. No other tests need Docker."""
