"""What `schemathesis.toml` cannot say to schemathesis."""

from typing import Any

import schemathesis
from schemathesis import Case, HookContext


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Leaves out empty parameters, which forms send where they have none: no description says that they are as none."""
    return "" not in dict(case.query or {}).values()
