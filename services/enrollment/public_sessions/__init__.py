"""The next sessions of each district, as everybody may read them."""
