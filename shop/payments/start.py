"""Starting a payment: the row first, then the gateway."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kameng.lib import failpoints, ids
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.transitions import IllegalTransition, Overtaken, Refused, begin, move
from shop.orders.models import OrderStatus
from shop.orders.rows import lock_order
from shop.payments.due import outstanding
from shop.payments.gateways.base import Ambiguous, Charge, Created, Rejected
from shop.payments.gateways.registry import NotUsable, open_gateway
from shop.payments.models import GatewayAccount, Payment, PaymentStatus
from shop.payments.wallet import NotPayable

#: The first look at a payment that nobody told us about; later looks are further apart.
FIRST_QUERY = dt.timedelta(seconds=15)

_EARLIER = Compiled(lambda: Payment.objects.filter(order=Slot("order")).order_by("-pk"))


class GatewayDown(Refused):
    """The gateway did not take the payment; another way, or the same again, may be tried."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the gateway tells us, and where it sends the buyer back to."""

    notify_url: str
    return_url: str


def start(*, order_id: int, account: GatewayAccount, to: Addresses, now: dt.datetime) -> Payment:
    """A payment of all that is missing, at this gateway; an open one of the same amount is used again (a double click).

    The row is committed before the gateway is called. Raises NotPayable, GatewayDown.
    """
    payment, fresh = _row(order_id, account, now)
    if not fresh and payment.pay_url:
        return payment
    charge = Charge(
        number=payment.number,
        amount=payment.amount,
        currency=payment.currency,
        subject=_("Order %(number)s") % {"number": ids.shown(payment.order.number)},
        notify_url=to.notify_url,
        return_url=to.return_url,
        expires_at=payment.order.reserved_until,
    )
    try:
        created = open_gateway(account).create(charge)
    except (Rejected, NotUsable) as error:
        _failed(payment, PaymentStatus.FAILED, str(error), now, told=isinstance(error, Rejected))
        raise GatewayDown(_("This way to pay does not work right now. No money was taken; please try another.")) from error
    except Ambiguous as error:
        _failed(payment, PaymentStatus.UNKNOWN, str(error), now)
        raise GatewayDown(_("The payment service does not answer. If you paid, we will find out by ourselves.")) from error
    return _opened(payment, created, now)


def _row(order_id: int, account: GatewayAccount, now: dt.datetime) -> tuple[Payment, bool]:
    with failpoints.commit("start"):
        order = lock_order(order_id)
        earlier = _EARLIER(order=order.pk)
        missing = outstanding(order) if earlier else order.total
        if order.status != OrderStatus.PENDING or order.reserved_until <= now or not missing:
            raise NotPayable(_("This order is not waiting for payment any more."))
        for payment in earlier:
            again = (payment.account_id, payment.amount) == (account.pk, missing)
            if again and payment.status in (PaymentStatus.CREATED, PaymentStatus.PENDING):
                payment.order = order
                return payment, False
        payment = Payment(
            order=order,
            account=account,
            currency=order.currency,
            amount=missing,
            started_at=now,
            next_query_at=now + FIRST_QUERY,
        )
        payment.save(force_insert=True)
        begin([payment], now=now, actor=order.holder)
        return payment, True


def _opened(payment: Payment, created: Created, now: dt.datetime) -> Payment:
    known = {"pay_url": created.pay_url, "trade_no": created.trade_no}
    try:
        with failpoints.commit("started"):
            move(payment, PaymentStatus.PENDING, now=now, actor="gateway", changes=known)
            return payment
    except (Overtaken, IllegalTransition):
        # The gateway's notice, a sweep or a second click was here first.
        return _known_later(payment, known)


def _known_later(payment: Payment, known: dict[str, str]) -> Payment:
    with failpoints.commit("started_later"):
        row = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if row.status == PaymentStatus.PENDING and not row.pay_url:
            # It was unknown for a while, and then the gateway said that it is unpaid: the buyer still needs the way there.
            Payment.objects.filter(pk=row.pk).update(**known)
            row.pay_url, row.trade_no = known["pay_url"], known["trade_no"]
        return row


def _failed(payment: Payment, status: PaymentStatus, reason: str, now: dt.datetime, *, told: bool = True) -> None:
    with failpoints.commit("start_failed"):
        row = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if row.status == PaymentStatus.CREATED:
            # Buyers read the failure as the gateway's answer: what is wrong with our settings is for the log of the row.
            changes: dict[str, object] = {"failure": reason[:200] if told else ""}
            if status == PaymentStatus.FAILED:
                changes["next_query_at"] = None
            move(row, status, now=now, actor="gateway", reason=reason[:200], changes=changes)
