"""Seats that organizations fill with their members: nominating and substituting them."""
