"""Dead letters: records that could not be handled, kept whole until an operator redrives or discards them."""
