"""The HTTP interface, one module per idea."""
