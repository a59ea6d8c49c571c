"""Media: content, where it was published, campaigns, tracked links, and whom they reach."""
