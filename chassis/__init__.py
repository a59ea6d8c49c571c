"""Plumbing shared by the services, without one business word; each file one idea."""
