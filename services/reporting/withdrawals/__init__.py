"""Confirming that withdrawn consents took effect in the figures."""
