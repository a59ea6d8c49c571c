"""Minka judged by the tools of strangers."""
