"""One family of tests, two sizes: small in `make test`, full in `make drills` (KAMENG_DRILLS=1)."""

import os
from typing import TypeVar

Value = TypeVar("Value")

DRILLS = os.environ.get("KAMENG_DRILLS", "") == "1"


def scale(small: Value, full: Value) -> Value:
    """The small value in `make test`, the full one in `make drills`."""
    return full if DRILLS else small
