"""Materials of modules: files for everybody, for those who have a seat, or for facilitators."""
