"""The enrollment service's parts. Importing this opens nothing."""

from chassis.runtime.jobs import Jobs
from chassis.service import Service
from services.enrollment.api import cohorts, enrollments, organizations, people, programmes
from services.enrollment.imports import api as imports_api
from services.enrollment.imports import jobs as imports_jobs
from services.enrollment.imports import pages as imports_pages
from services.enrollment.pages import routes as pages
from services.enrollment.resources import EnrollmentResources, key_migrations, open_resources
from services.enrollment.settings import EnrollmentSettings

jobs: Jobs[EnrollmentResources] = Jobs()
imports_jobs.declare(jobs)

service = Service(
    name="enrollment",
    prefix="/enrollment",
    settings=EnrollmentSettings,
    open=open_resources,
    routers=[
        programmes.router,
        cohorts.router,
        organizations.router,
        enrollments.router,
        people.router,
        imports_api.router,
        *pages.routers,
        imports_pages.router,
    ],
    jobs=jobs,
    extra_migrations=key_migrations,
)
