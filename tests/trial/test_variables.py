"""What the services of the trial are told."""

import pytest

from deploy.trial.variables import variables
from tests.support.infrastructure import Infrastructure


@pytest.mark.parametrize(
    ("environment", "factor"), [({}, "100"), ({"MINKA_RATE_FACTOR": "1"}, "1")], ids=["by itself", "as told"]
)
def test_the_environment_may_choose_the_rates(
    infrastructure: Infrastructure, environment: dict[str, str], factor: str
) -> None:
    assert variables(infrastructure.layout, infrastructure.credentials, environment)["MINKA_RATE_FACTOR"] == factor
