"""People: their identity as it is stored, and finding them by it."""
