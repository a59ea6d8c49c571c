"""The services of the house and their databases."""

SERVICES = ("enrollment", "sessions", "media", "reporting")

# Enrollment's keys are kept apart from the data which they open.
DATABASES = ("enrollment", "enrollment_keys", "sessions", "media", "reporting")
