"""Tracked links with their codes and QR codes."""
