"""The files that programs look for at the root of a site."""
