"""The whole path, real end to end: what an office does, and what the public then reads."""
