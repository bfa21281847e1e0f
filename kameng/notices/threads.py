"""What the messages of one thread say together: what was paid for, and how much of it is still to come."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kameng.notices.events import DELIVERED, PAID, REFUNDED, SHIPPED
from kameng.notices.models import Notification

#: Each of these ends the wait for the quantity that it names.
ANSWERS = (DELIVERED, SHIPPED, REFUNDED)


def of_thread(row: Notification) -> list[Notification]:
    """All messages of the thread to the same reader, oldest first; the message alone where it has none."""
    if not row.thread:
        return [row]
    return list(Notification.objects.filter(thread=row.thread, address=row.address).order_by("pk"))


def to_come(paid: Notification, rows: Iterable[Notification]) -> list[dict[str, Any]]:
    """The lines of a payment's message of which the thread tells no end yet, each with the quantity that is missing."""
    answered: Counter[str] = Counter()
    for row in rows:
        if row.event in ANSWERS:
            answered[row.context.get("line", "")] += row.context["quantity"]
    left = ((line, line["quantity"] - answered[line["line"]]) for line in paid.context["lines"])
    return [{**line, "quantity": quantity} for line, quantity in left if quantity > 0]


def opening(rows: Iterable[Notification]) -> Notification | None:
    """The payment's message of a thread."""
    return next((row for row in rows if row.event == PAID), None)
