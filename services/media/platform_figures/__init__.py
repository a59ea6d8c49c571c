"""Platform figures: what a platform says of a publication."""
