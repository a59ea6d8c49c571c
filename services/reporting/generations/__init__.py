"""Two generations of the projected tables compared. The operator's command reads the queries of this package."""
