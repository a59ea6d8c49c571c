"""What crosses services, and what all tests share."""
