"""How far targets are reached: exactly for those who see exact figures, and by what was published for everybody."""
