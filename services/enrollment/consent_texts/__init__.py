"""Texts of consents: what people agree to, from which day; one person writes a text, another approves it."""
