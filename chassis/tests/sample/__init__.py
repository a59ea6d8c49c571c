"""The smallest service there is, to try the chassis on."""
