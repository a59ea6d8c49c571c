"""docker-compose.yml as an office would use it: `make compose-test`. The rest of the tests does without Docker."""
