"""The boundaries of the districts, for the map of the page and for whoever draws one of their own."""
