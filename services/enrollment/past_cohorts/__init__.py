"""Past cohorts: people who were trained before this system, as a list states that somebody vouches for."""
