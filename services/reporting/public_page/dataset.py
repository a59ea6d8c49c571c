"""What the page tells search engines of its figures, as a `Dataset` of schema.org."""

from typing import Any

from chassis.web.texts import _
from services.reporting.indicators.registry import INDICATORS
from services.reporting.settings import ReportingSettings


def dataset(settings: ReportingSettings) -> dict[str, Any]:
    """The figures of all indicators, each with its address as a file."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("Training in citizen participation in Cajamarca"),
        "description": _("How many people enroll, attend and complete, by district, month, sex and age."),
        "url": f"{settings.public_url}/",
        "license": settings.data_licence_url,
        "isAccessibleForFree": True,
        "spatialCoverage": {"@type": "Place", "name": "Cajamarca, Perú"},
        "variableMeasured": [_(indicator.texts.name) for indicator in INDICATORS.values()],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": _(indicator.texts.name),
                "encodingFormat": "text/csv",
                "contentUrl": f"{settings.public_url}/api/indicators/{indicator.id}?format=csv",
            }
            for indicator in INDICATORS.values()
        ],
    }
