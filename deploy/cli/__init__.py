"""The `minka` command: one module per command, all of them listed in `application.py`."""
