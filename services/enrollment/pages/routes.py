"""All pages of the console."""

from services.enrollment.pages import cohorts, enrollments, home, organizations, people, programmes

routers = [home.router, programmes.router, cohorts.router, enrollments.router, organizations.router, people.router]
