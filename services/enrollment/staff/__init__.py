"""The directory of those who sign in, who of them has which cohort, and who stands in for whom."""
