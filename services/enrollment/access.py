"""Who may call each route of the enrollment service, and how often."""

from chassis.web.access import Access
from chassis.web.rates import Rate

COORDINATOR = {"coordinator": Rate.USUAL}
STAFF = COORDINATOR | {"facilitator": Rate.USUAL}
STAFF_BY_DOCUMENT_OR_NAME = COORDINATOR | {"facilitator": Rate.GUESSES}
OBSERVERS = STAFF | {"auditor": Rate.USUAL}
ORGANIZATION_READERS = COORDINATOR | {"delegate": Rate.USUAL}

ACCESS: Access = {
    "GET /": OBSERVERS | ORGANIZATION_READERS,
    # programmes
    "GET /api/programmes": OBSERVERS,
    "POST /api/programmes": COORDINATOR,
    "GET /api/programmes/{programme_id}": OBSERVERS,
    "POST /api/programmes/{programme_id}/modules": COORDINATOR,
    "GET /programmes": OBSERVERS,
    "GET /programmes/new": COORDINATOR,
    "POST /programmes/new": COORDINATOR,
    "GET /programmes/{programme_id}": OBSERVERS,
    "POST /programmes/{programme_id}/modules": COORDINATOR,
    # cohorts
    "GET /api/cohorts": OBSERVERS,
    "POST /api/cohorts": COORDINATOR,
    "POST /api/cohorts/{cohort_id}/correct": COORDINATOR,
    "POST /api/cohorts/{cohort_id}/close": COORDINATOR,
    "POST /api/cohorts/{cohort_id}/reopen": COORDINATOR,
    "POST /api/cohorts/{cohort_id}/facilitators": COORDINATOR,
    "DELETE /api/cohorts/{cohort_id}/facilitators/{facilitator_id}": COORDINATOR,
    "GET /api/cohorts/{cohort_id}/enrollments": STAFF,
    "GET /cohorts": OBSERVERS,
    "GET /cohorts/new": COORDINATOR,
    "POST /cohorts/new": COORDINATOR,
    "GET /cohorts/{cohort_id}": OBSERVERS,
    "GET /cohorts/{cohort_id}/correct": COORDINATOR,
    "POST /cohorts/{cohort_id}/correct": COORDINATOR,
    "GET /cohorts/{cohort_id}/close": COORDINATOR,
    "POST /cohorts/{cohort_id}/close": COORDINATOR,
    "POST /cohorts/{cohort_id}/reopen": COORDINATOR,
    "POST /cohorts/{cohort_id}/facilitators": COORDINATOR,
    "POST /cohorts/{cohort_id}/facilitators/{facilitator_id}/remove": COORDINATOR,
    "POST /cohorts/{cohort_id}/enrollments/{enrollment_id}/withdraw": COORDINATOR,
    "POST /cohorts/{cohort_id}/enrollments/{enrollment_id}/reinstate": COORDINATOR,
    # enrollments
    "POST /api/enrollments": STAFF_BY_DOCUMENT_OR_NAME,
    "POST /api/enrollments/{enrollment_id}/withdraw": COORDINATOR,
    "POST /api/enrollments/{enrollment_id}/reinstate": COORDINATOR,
    "GET /cohorts/{cohort_id}/enroll": STAFF,
    "POST /cohorts/{cohort_id}/enroll": STAFF_BY_DOCUMENT_OR_NAME,
    # people
    "POST /api/people/search": STAFF_BY_DOCUMENT_OR_NAME,
    "GET /api/people/to-compare": COORDINATOR,
    "POST /api/people/{person_id}/consents/{purpose}/withdraw": COORDINATOR,
    "GET /api/people/{person_id}/record": COORDINATOR,
    "POST /api/people/{person_id}/rectify": COORDINATOR,
    "POST /api/people/{person_id}/erase": COORDINATOR,
    "GET /people": STAFF,
    "POST /people": STAFF_BY_DOCUMENT_OR_NAME,
    "GET /people/{person_id}": COORDINATOR,
    "GET /people/{person_id}/rectify": COORDINATOR,
    "POST /people/{person_id}/rectify": COORDINATOR,
    "GET /people/{person_id}/erase": COORDINATOR,
    "POST /people/{person_id}/erase": COORDINATOR,
    # organizations
    "GET /api/organizations": ORGANIZATION_READERS,
    "POST /api/organizations": COORDINATOR,
    "GET /api/organizations/{organization_id}/members": ORGANIZATION_READERS,
    "GET /organizations": ORGANIZATION_READERS,
    "GET /organizations/new": COORDINATOR,
    "POST /organizations/new": COORDINATOR,
    "GET /organizations/{organization_id}": ORGANIZATION_READERS,
    # sheets
    "POST /api/imports": COORDINATOR,
    "GET /api/imports/template": COORDINATOR,
    "GET /api/imports/{import_id}": COORDINATOR,
    "GET /api/imports/{import_id}/rows": COORDINATOR,
    "GET /api/imports/{import_id}/preview": COORDINATOR,
    "POST /api/imports/{import_id}/answers": COORDINATOR,
    "POST /api/imports/{import_id}/commit": COORDINATOR,
    "POST /api/imports/{import_id}/discard": COORDINATOR,
    "POST /api/imports/{import_id}/rows/{tab}/{line}": COORDINATOR,
    "GET /api/imports/{import_id}/refused": COORDINATOR,
    "GET /api/imports/{import_id}/undo": COORDINATOR,
    "POST /api/imports/{import_id}/undo": COORDINATOR,
    "GET /imports": COORDINATOR,
    "GET /imports/new": COORDINATOR,
    "POST /imports/new": COORDINATOR,
    "GET /imports/{import_id}": COORDINATOR,
    "GET /imports/{import_id}/undo": COORDINATOR,
    "POST /imports/{import_id}/undo": COORDINATOR,
    "GET /imports/{import_id}/progress": COORDINATOR,
    "POST /imports/{import_id}/answers": COORDINATOR,
    "POST /imports/{import_id}/discard": COORDINATOR,
    "GET /imports/{import_id}/correct": COORDINATOR,
    "GET /imports/{import_id}/correct/{tab}/{line}": COORDINATOR,
    "POST /imports/{import_id}/correct/{tab}/{line}": COORDINATOR,
}
