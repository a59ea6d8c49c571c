"""The job of a client in Python, in the folder in which the generator wrote `reporting` and `enrollment`."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

import enrollment
import reporting
from enrollment.api.enrollments import enroll_person
from enrollment.models import EnrollPerson
from reporting.api.figures import list_indicators

job = json.loads(Path(sys.argv[1]).read_text())
figures = reporting.Client(base_url=job["url"])
coordinator = enrollment.AuthenticatedClient(base_url=f"{job['url']}/enrollment", token=job["token"])
body = EnrollPerson.from_dict(
    {
        "cohort_id": job["cohort_id"],
        "document": {"type": "dni", "number": job["document"]},
        "given_names": "Ana",
        "family_names": "Quispe Huamán",
        "district": {"code": "060101", "scheme": "inei"},
        "consents": [{"purpose": "training"}],
    }
)
answers = [enroll_person.sync(client=coordinator, body=body, idempotency_key=job["key"]) for _ in range(2)]
first, again = (answer.to_dict() for answer in answers)
listed = [one.to_dict()["id"] for one in list_indicators.sync(client=figures)]
print(json.dumps({"indicators": listed, "first": first, "again": again}))
