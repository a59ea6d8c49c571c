"""What people ask for their own data without an account: a correction or an erasure, which the coordination answers."""
