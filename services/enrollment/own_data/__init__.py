"""What somebody reads and takes back without an account, by their document and date of birth."""
