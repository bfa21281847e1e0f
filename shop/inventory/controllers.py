import datetime as dt

from kameng.tasks.lanes import SLOW
from kameng.tasks.registry import controller, each
from shop.inventory.by_parts import forget, forgettable, running, take_in


@controller("intake", lane=SLOW, due=lambda now: bool(running()))
def take_secrets_in(now: dt.datetime) -> int:
    """Store the next part of each import that is under way."""
    return each(running(), lambda pk: take_in(intake_id=pk, now=now))


@controller("rejects", lane=SLOW, due=lambda now: bool(forgettable(now)))
def forget_rejects(now: dt.datetime) -> int:
    """Drop lines that were left out of imports, an hour after those ended."""
    return each(forgettable(now), lambda pk: forget(intake_id=pk, now=now))
