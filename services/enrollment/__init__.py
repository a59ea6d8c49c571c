"""Enrollment: people, consent, organizations, programmes, cohorts and seats. The only house in which names live."""
