"""The pages of the whole system, each used as its people use it, in a real browser."""
