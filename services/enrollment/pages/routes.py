"""All pages of the console."""

from services.enrollment.pages import cohorts, enrollments, organizations, people, programmes, start

routers = [start.router, programmes.router, cohorts.router, enrollments.router, organizations.router, people.router]
