"""The enrollment service's parts. Importing this opens nothing."""

from chassis.jobs import Jobs
from chassis.service import Service
from services.enrollment.api import cohorts, enrollments, organizations, people, programmes
from services.enrollment.resources import EnrollmentResources, key_migrations, open_resources
from services.enrollment.settings import EnrollmentSettings

jobs: Jobs[EnrollmentResources] = Jobs()

service = Service(
    name="enrollment",
    settings=EnrollmentSettings,
    open=open_resources,
    routers=[programmes.router, cohorts.router, organizations.router, enrollments.router, people.router],
    jobs=jobs,
    extra_migrations=key_migrations,
)
