"""The enrollment service's parts. Importing this opens nothing."""

from chassis.messaging.reactions import ReactionRouter
from chassis.runtime.jobs import Jobs
from chassis.service import Service
from services.enrollment.access import ACCESS
from services.enrollment.applications import jobs as applications_jobs
from services.enrollment.attendance_lists import api as attendance_lists_api
from services.enrollment.attendance_lists import pages as attendance_lists_pages
from services.enrollment.cohorts import api as cohorts_api
from services.enrollment.cohorts import pages as cohorts_pages
from services.enrollment.consent import api as consent_api
from services.enrollment.consent_texts import api as consent_texts_api
from services.enrollment.consent_texts import pages as consent_texts_pages
from services.enrollment.data_requests import api as data_requests_api
from services.enrollment.data_requests import pages as data_requests_pages
from services.enrollment.enrollments import api as enrollments_api
from services.enrollment.enrollments import jobs as enrollments_jobs
from services.enrollment.enrollments import offer_pages
from services.enrollment.enrollments import pages as enrollments_pages
from services.enrollment.imports import api as imports_api
from services.enrollment.imports import correction_pages, preview_pages, undo_pages
from services.enrollment.imports import jobs as imports_jobs
from services.enrollment.imports import pages as imports_pages
from services.enrollment.imports import undo as imports_undo
from services.enrollment.materials import api as materials_api
from services.enrollment.materials import pages as materials_pages
from services.enrollment.messages import api as messages_api
from services.enrollment.messages import jobs as messages_jobs
from services.enrollment.messages import pages as messages_pages
from services.enrollment.messages import stop_pages
from services.enrollment.nominations import api as nominations_api
from services.enrollment.nominations import pages as nominations_pages
from services.enrollment.organizations import api as organizations_api
from services.enrollment.organizations import jobs as organizations_jobs
from services.enrollment.organizations import pages as organizations_pages
from services.enrollment.own_data import jobs as own_data_jobs
from services.enrollment.own_data import pages as own_data_pages
from services.enrollment.own_data import request_pages
from services.enrollment.past_cohorts import api as past_cohorts_api
from services.enrollment.past_cohorts import pages as past_cohorts_pages
from services.enrollment.people import api as people_api
from services.enrollment.people import pages as people_pages
from services.enrollment.people.service import index_people
from services.enrollment.privacy_notice import pages as privacy_notice_pages
from services.enrollment.programmes import api as programmes_api
from services.enrollment.programmes import pages as programmes_pages
from services.enrollment.public_programmes import api as public_programmes_api
from services.enrollment.public_programmes import pages as public_programmes_pages
from services.enrollment.public_sessions import api as public_sessions_api
from services.enrollment.public_sessions import pages as public_sessions_pages
from services.enrollment.replicas import reactions as replicas_reactions
from services.enrollment.replicas.projection import PROJECTION
from services.enrollment.resources import EnrollmentResources, key_migrations, open_resources
from services.enrollment.reviews import api as reviews_api
from services.enrollment.reviews import jobs as reviews_jobs
from services.enrollment.reviews import pages as reviews_pages
from services.enrollment.rights import api as rights_api
from services.enrollment.rights import jobs as rights_jobs
from services.enrollment.rights import pages as rights_pages
from services.enrollment.self_enrollment import api as self_enrollment_api
from services.enrollment.self_enrollment import pages as self_enrollment_pages
from services.enrollment.settings import PREFIX, EnrollmentSettings
from services.enrollment.staff import api as staff_api
from services.enrollment.staff import jobs as staff_jobs
from services.enrollment.staff import pages as staff_pages
from services.enrollment.staff.visits import notice_visitor
from services.enrollment.targets import api as targets_api
from services.enrollment.targets import pages as targets_pages

service = Service(
    name="enrollment",
    prefix=PREFIX,
    settings=EnrollmentSettings,
    open=open_resources,
    routers=[
        module.router
        for module in (
            programmes_api,
            materials_api,
            targets_api,
            cohorts_api,
            past_cohorts_api,
            organizations_api,
            nominations_api,
            enrollments_api,
            people_api,
            consent_api,
            consent_texts_api,
            rights_api,
            data_requests_api,
            messages_api,
            imports_api,
            public_programmes_api,
            public_sessions_api,
            attendance_lists_api,
            reviews_api,
            self_enrollment_api,
            staff_api,
            programmes_pages,
            materials_pages,
            targets_pages,
            cohorts_pages,
            past_cohorts_pages,
            enrollments_pages,
            offer_pages,
            organizations_pages,
            nominations_pages,
            people_pages,
            rights_pages,
            data_requests_pages,
            messages_pages,
            consent_texts_pages,
            stop_pages,
            imports_pages,
            preview_pages,
            correction_pages,
            undo_pages,
            public_programmes_pages,
            public_sessions_pages,
            attendance_lists_pages,
            reviews_pages,
            self_enrollment_pages,
            own_data_pages,
            privacy_notice_pages,
            request_pages,
            staff_pages,
        )
    ],
    access=ACCESS,
    after_access=(notice_visitor,),
    jobs=Jobs[EnrollmentResources](
        applications_jobs.jobs,
        imports_jobs.jobs,
        imports_undo.jobs,
        reviews_jobs.jobs,
        rights_jobs.jobs,
        messages_jobs.jobs,
        own_data_jobs.jobs,
        enrollments_jobs.jobs,
        staff_jobs.jobs,
        organizations_jobs.jobs,
    ),
    reactions=ReactionRouter("enrollment", replicas_reactions.reactions),
    projections=(PROJECTION,),
    after_migrating=index_people,
    extra_migrations=key_migrations,
)
