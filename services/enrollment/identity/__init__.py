"""What identifies a person: documents and names, and the keys that encrypt them."""
