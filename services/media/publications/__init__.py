"""Publications: an asset on a channel since an instant."""
