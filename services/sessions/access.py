"""Who may call each route of the sessions service, and how often."""

from chassis.web.access import Access
from chassis.web.rates import Rate

COORDINATOR = {"coordinator": Rate.USUAL}
STAFF = COORDINATOR | {"facilitator": Rate.USUAL}
OBSERVERS = STAFF | {"auditor": Rate.USUAL}

ACCESS: Access = {
    "GET /": OBSERVERS,
    # calendar
    "GET /api/sessions": OBSERVERS,
    "POST /api/sessions": COORDINATOR,
    "GET /api/sessions/{session_id}": OBSERVERS,
    "POST /api/sessions/{session_id}/reschedule": COORDINATOR,
    "POST /api/sessions/{session_id}/cancel": COORDINATOR,
    "POST /api/sessions/{session_id}/hold": STAFF,
    "GET /cohorts/{cohort_id}": OBSERVERS,
    "GET /cohorts/{cohort_id}/schedule": COORDINATOR,
    "POST /cohorts/{cohort_id}/schedule": COORDINATOR,
    "GET /calendar/{session_id}": COORDINATOR,
    "POST /calendar/{session_id}": COORDINATOR,
    "POST /calendar/{session_id}/cancel": COORDINATOR,
    # attendance
    "GET /api/sessions/{session_id}/roster": OBSERVERS,
    "POST /api/sessions/{session_id}/attendance": STAFF,
    "POST /api/sessions/{session_id}/scans/{scan_id}/undo": STAFF,
    "POST /api/attendance/{attendance_id}/correct": STAFF,
    "GET /attendance/{session_id}": OBSERVERS,
    "POST /attendance/{session_id}": STAFF,
    "POST /attendance/{session_id}/hold": STAFF,
    "GET /attendance/{session_id}/cards": STAFF,
    "POST /attendance/{session_id}/cards": STAFF,
    "POST /attendance/{session_id}/cards/{scan_id}/undo": STAFF,
    "GET /corrections/{attendance_id}": STAFF,
    "POST /corrections/{attendance_id}": STAFF,
    "GET /conflicts": OBSERVERS,
    "POST /conflicts/{session_id}/{scan_id}/count": STAFF,
    "POST /conflicts/{session_id}/{scan_id}/dismiss": STAFF,
    # plans
    "GET /api/cohorts/{cohort_id}/plan": OBSERVERS,
    "POST /api/cohorts/{cohort_id}/plan/declare-complete": COORDINATOR,
    "POST /api/cohorts/{cohort_id}/plan/reopen": COORDINATOR,
    "GET /cohorts/{cohort_id}/plan": OBSERVERS,
    "POST /cohorts/{cohort_id}/plan": COORDINATOR,
    "POST /cohorts/{cohort_id}/plan/reopen": COORDINATOR,
    "GET /cohorts/{cohort_id}/plan/course": COORDINATOR,
    "POST /cohorts/{cohort_id}/plan/course": COORDINATOR,
    # completion
    "GET /api/cohorts/{cohort_id}/progress": OBSERVERS,
    "POST /api/programmes/{programme_id}/completion-rules": COORDINATOR,
    "GET /programmes/{programme_id}/rule": COORDINATOR,
    "POST /programmes/{programme_id}/rule": COORDINATOR,
}
