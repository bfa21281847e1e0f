"""Delivery by hand where the hands are a program's: a line is taken up, handed in and left to others in one step."""

import datetime as dt
from typing import Any

from django.views.decorators.debug import sensitive_variables

from fulfillment.delivery.manual import Goods, deliver_by_hand, leave, locked, take
from fulfillment.delivery.models import FulfillmentStatus
from kameng.accounts.models import User
from kameng.lib import failpoints
from shop.merchants.calls import Call, note_call
from shop.orders.models import OrderLine


@sensitive_variables("goods")
def deliver_once(*, fulfillment_id: int, user: User, goods: Goods, call: Call | None, now: dt.datetime) -> dict[str, Any]:
    """Hand goods in as `hand_in` does, whatever is still missing left to others, and keep the answer with the call.

    Where this person has the line on their desk, it stays theirs. Raises NotYours, WrongGoods, BadSecrets, Busy, and Again
    where the call was done meanwhile; then nothing was delivered.
    """
    with failpoints.commit("deliver_once"):
        line, row = locked(fulfillment_id, now)
        on_a_desk = row.status == FulfillmentStatus.RUNNING and row.taken_by_id == user.pk
        take(line, row, user, now)
        deliver_by_hand(line, row, goods, user, now)
        if row.status == FulfillmentStatus.RUNNING and not on_a_desk:
            leave(line, row, user.holder, now)
        answer = answer_of(line)
        note_call(call, answer, now)
    return answer


def answer_of(line: OrderLine) -> dict[str, Any]:
    """How far the line is."""
    counts = {"quantity": line.quantity, "delivered": line.delivered, "missing": line.waiting_quantity}
    return {"line": line.pk, "status": line.status, **counts}
