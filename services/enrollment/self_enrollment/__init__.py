"""People enroll themselves: the address that a cohort shares, the form behind it, and what it answers."""
