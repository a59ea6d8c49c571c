"""Authentication: OpenID Connect, signing in on pages, and the principal of a request."""
