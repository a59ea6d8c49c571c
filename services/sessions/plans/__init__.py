"""Plans: a cohort's required sessions, declared complete by the coordination, so that completion may ask for them."""
