"""What every service keeps to when a number of people is told to everybody."""

THRESHOLD = 10
"""The fewest people whose number is told; 0 is told, too."""
