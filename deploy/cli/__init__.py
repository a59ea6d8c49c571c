"""The `minka` command."""
