"""Reach: the visits of one link on one day, counted per class of visitor."""
