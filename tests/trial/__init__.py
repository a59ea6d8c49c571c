"""The local runner, on real processes."""
