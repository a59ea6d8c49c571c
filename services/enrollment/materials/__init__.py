"""Materials of modules: files that everybody may read, with their title and language."""
