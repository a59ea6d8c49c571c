"""Tests of the operator's command, of the broker's set-up and of docker-compose.yml."""
