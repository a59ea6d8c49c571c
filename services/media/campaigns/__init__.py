"""Campaigns: what publications and links are for."""
