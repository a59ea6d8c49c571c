"""The rights of people over their own data (Ley 29733): access, rectification and erasure."""
