"""The console for coordinators, facilitators and delegates."""
