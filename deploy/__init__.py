"""Installing and running Minka: the operator's command, the local trial, images and docker-compose.yml."""
