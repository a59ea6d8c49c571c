"""Sessions: the calendar, rosters, attendance, and completion by a versioned rule."""
