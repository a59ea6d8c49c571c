"""Others who do the same job: each reads the topic, comes to the same counts, and says what it does not guarantee."""
