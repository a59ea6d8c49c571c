"""Projections: batches of events are folded into facts, and their offsets move in the same transaction."""
