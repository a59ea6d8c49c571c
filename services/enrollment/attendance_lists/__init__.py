"""The list of a session's people to sign, on paper and as a spreadsheet."""
