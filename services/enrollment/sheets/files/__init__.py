"""Files of an office as lines of cells, whatever program wrote them."""
