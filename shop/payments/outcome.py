"""What a gateway's word leads to, whether it told us or was asked: paid, or over without money."""

import datetime as dt
import logging

from django.db import IntegrityError

from kameng.lib import failpoints
from kameng.lib.transitions import move
from kameng.tasks.wake import wake
from shop.payments.confirm import Receipt, confirm
from shop.payments.models import OPEN_PAYMENTS, Notice, Payment, PaymentStatus, Verdict
from shop.payments.noted import store
from shop.payments.pay import pay

log = logging.getLogger(__name__)


def paid(*, payment: Payment, receipt: Receipt, now: dt.datetime, source: str, notice: Notice | None = None) -> bool:
    """Confirm the receipt, then try to make its order paid: two transactions, and the sweep finds what is between them.

    Returns False when the receipt was credited before; raises Mismatch as `confirm` does.
    """
    try:
        fresh = confirm(payment_id=payment.pk, receipt=receipt, now=now, source=source, notice=notice)
    except IntegrityError:
        # Another payment took this trade a moment ago; now the check sees it.
        fresh = confirm(payment_id=payment.pk, receipt=receipt, now=now, source=source, notice=notice)
    if fresh:
        _pay(payment, now)
    return fresh


def _pay(payment: Payment, now: dt.datetime) -> None:
    try:
        pay(order_id=payment.order_id, now=now)
    except Exception:
        # The receipt is committed and the order marked: the controller tries again.
        log.exception("order %s could not be settled at once", payment.order_id)
        wake("pay")


def ended(
    *, payment: Payment, status: PaymentStatus, now: dt.datetime, reason: str = "", notice: Notice | None = None
) -> bool:
    """An open payment → FAILED or CLOSED with the gateway's reason; False, and it stays as it is, when it was over before.

    The notice that told us, if one did, is stored in the same transaction.
    """
    with failpoints.commit("ended"):
        row = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        moves = row.status in OPEN_PAYMENTS
        if moves:
            changes = {"failure": reason[:200], "next_query_at": None}
            move(row, status, now=now, actor="gateway", reason=reason[:200], changes=changes)
        if notice:
            store(notice, Verdict.NOTED, payment=row, reason=reason)
        return moves
