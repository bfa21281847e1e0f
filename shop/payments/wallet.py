"""Paying from the wallet."""

import datetime as dt

from django.utils.translation import gettext as _

from kameng.accounts.models import User
from kameng.lib import failpoints
from kameng.lib.transitions import Refused
from shop.ledger.models import AccountKind
from shop.ledger.queries import balance
from shop.orders.models import Order, OrderStatus
from shop.orders.rows import lock_order
from shop.payments.due import outstanding
from shop.payments.pay import Outcome, pay


class WalletShort(Refused):
    """The wallet does not hold what is missing; nothing moved."""


class NotPayable(Refused):
    """The order does not wait for money any more; nothing moved."""


def wallet_balance(user: User, currency: str) -> int:
    """Minor units in the member's wallet."""
    return balance(owner=user.holder, kind=AccountKind.WALLET, currency=currency)


def intend_share(*, order_id: int, share: int, now: dt.datetime) -> None:
    """Note how much of a PENDING order its member means to pay from the wallet; no money moves yet. Raises NotPayable.

    The order is marked as to be settled: where the caller dies before it pays, the sweep does, or takes the intention away.
    """
    with failpoints.commit("intend_share"):
        order = lock_order(order_id)
        if order.status != OrderStatus.PENDING or order.reserved_until <= now or order.user_id is None:
            raise NotPayable(_("This order is not waiting for payment any more."))
        Order.objects.filter(pk=order.pk).update(wallet_share=min(share, order.total), pay_due_at=now)


def pay_from_wallet(*, order: Order, now: dt.datetime) -> Outcome:
    """Pay all that is missing from the member's wallet, now or not at all; raises NotPayable or WalletShort."""
    missing = outstanding(order)
    intend_share(order_id=order.pk, share=missing, now=now)
    outcome = pay(order_id=order.pk, now=now)
    if outcome is Outcome.SHORT:
        raise WalletShort(_("Your wallet does not hold enough. Please choose another way to pay."))
    if outcome is Outcome.SOLD_OUT:
        raise NotPayable(_("This order is not waiting for payment any more."))
    return outcome
