"""Completion: a percentage of the planned sessions attended, by a versioned rule."""
