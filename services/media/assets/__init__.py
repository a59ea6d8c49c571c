"""Assets: files with what a reader must know about them."""
