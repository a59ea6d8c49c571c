"""Applications that contradict somebody known: stored as they were sent, until somebody decides whose they are."""
