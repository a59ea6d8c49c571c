"""What the interfaces answer of corrections."""

from pydantic import BaseModel

from services.enrollment.corrections.service import Correction


class Changes(BaseModel):
    """What was corrected, newest first. A value is as it was sent."""

    changes: list[Correction]
