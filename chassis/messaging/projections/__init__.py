"""Projections fold batches of events into facts and move their offsets in the same transaction."""
