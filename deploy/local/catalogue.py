"""The services of the house and their databases."""

# Reporting stands last, because it answers for every address that is no other service's.
SERVICES = ("enrollment", "sessions", "media", "reporting")

# Enrollment's keys are kept apart from the data which they open.
DATABASES = ("enrollment", "enrollment_keys", "sessions", "media", "reporting")
