import datetime as dt

from fulfillment.proof.watch import look_at_books, unlooked
from kameng.tasks.lanes import SLOW
from kameng.tasks.registry import controller


@controller("books", lane=SLOW, due=unlooked)
def watch_books(now: dt.datetime) -> int:
    """Look once an hour whether the books add up."""
    return look_at_books(now)
