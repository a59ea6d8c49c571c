"""The first page of the communications office."""
