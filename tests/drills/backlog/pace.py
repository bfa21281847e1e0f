"""Deliveries that take their time, so that a kill finds one at work: units moved, and nothing committed."""

import time
from typing import Any

from fulfillment.delivery import deliver


def slow_down(seconds: float) -> None:
    """Make each delivery of this process, and of those it forks, wait before its last step."""
    quick = vars(deliver)["tell_delivered"]

    def slow(*args: Any, **named: Any) -> None:
        time.sleep(seconds)
        quick(*args, **named)

    vars(deliver)["tell_delivered"] = slow
