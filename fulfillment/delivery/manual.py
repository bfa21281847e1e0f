"""Delivery by hand: somebody of the merchant takes a line up, hands its goods in, or gives it up.

The line alone decides: whatever a person does here, the refund deadline may have been faster.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.delivery.models import READ, Fulfillment, FulfillmentStatus
from fulfillment.delivery.pay_back import Why, pay_back
from fulfillment.delivery.tell import tell_delivered
from kameng.accounts.models import User
from kameng.lib import failpoints
from kameng.lib.transitions import Refused, move
from kameng.tasks.failing import first
from shop.catalog.models import Mode
from shop.inventory import pieces
from shop.inventory.models import Reservation
from shop.inventory.typed import Typed, hand_over_typed
from shop.orders.models import LineStatus, OrderLine
from shop.orders.rows import lock_order

#: Who takes a line up has it for so long; then others may.
THEIRS_FOR = dt.timedelta(minutes=15)
#: The reason of the steps that a part of a line leaves.
PART = "part delivered"
TAKEABLE = (FulfillmentStatus.WAITING, FulfillmentStatus.RETRY, FulfillmentStatus.NEEDS_ATTENTION)


class NotYours(Refused):
    """Somebody else works on it, or it is not waiting for anybody any more."""


class WrongGoods(Refused):
    """More than is missing, or nothing, or not what this kind of goods is."""


class GivenUp(models.TextChoices):
    """Why a merchant cannot deliver."""

    OUT_OF_STOCK = "out of stock", gettext_lazy("out of stock")
    SUPPLIER_FAILURE = "supplier failure", gettext_lazy("the supplier cannot deliver")
    WRONG_RECIPIENT = "wrong recipient", gettext_lazy("the recipient does not exist or cannot receive this")
    LISTING_ERROR = "listing error", gettext_lazy("the product page was wrong")


@dataclass(frozen=True, slots=True)
class Goods:
    """What a person hands in: secrets (one a unit), or so many units done; and a note that the buyer reads."""

    typed: Typed | None = None
    done: int = 0
    note: str = ""

    @property
    def quantity(self) -> int:
        return len(self.typed) if self.typed else self.done


def take_up(*, fulfillment_id: int, user: User, now: dt.datetime) -> Fulfillment:
    """Make a waiting line this person's for 15 minutes: line DELIVERING, Fulfillment RUNNING. Raises NotYours.

    Once more by the same person: 15 minutes from now.
    """
    with failpoints.commit("take_up"):
        line, row = locked(fulfillment_id, now)
        take(line, row, user, now)
        return row


def put_back(*, fulfillment_id: int, user: User, now: dt.datetime) -> None:
    """Leave a line that this person took up to others: Fulfillment WAITING, line VERIFIED; raises NotYours."""
    with failpoints.commit("put_back"):
        line, row = locked(fulfillment_id, now)
        check_own(row, user, now)
        leave(line, row, user.holder, now)


def hand_in(*, fulfillment_id: int, user: User, goods: Goods, now: dt.datetime) -> OrderLine:
    """Deliver some of what is missing, or all of it: then DELIVERED, and the complaint window opens. The buyer gets word.

    Raises NotYours, WrongGoods, BadSecrets, Busy; then nothing was delivered.
    """
    with failpoints.commit("hand_in"):
        line, row = locked(fulfillment_id, now)
        deliver_by_hand(line, row, goods, user, now)
        return line


def give_up(*, fulfillment_id: int, user: User, reason: GivenUp, now: dt.datetime) -> int:
    """Pay back at once what cannot be delivered, see `pay_back`; returns the minor units. Raises NotYours.

    Out of stock: what else is on the shelf is taken off, so that nobody buys it.
    """
    order_id = Fulfillment.objects.values_list("line__order_id", flat=True).get(pk=fulfillment_id)
    with failpoints.commit("give_up"):
        order = lock_order(order_id)
        line, row = locked(fulfillment_id, now)
        check_own(row, user, now)
        amount = pay_back(line=line, order=order, why=Why(user.holder, reason.value), now=now)
        if reason == GivenUp.OUT_OF_STOCK:
            pieces.take_off(sku=line.sku, most=pieces.MOST, why=pieces.Why(now, user.holder, reason.value))
        return amount


def locked(fulfillment_id: int, now: dt.datetime) -> tuple[OrderLine, Fulfillment]:
    """The line and its Fulfillment, locked in their order; raises NotYours when it is not (or no more) in
    the merchant's hands, or too late."""
    line, row = _both(fulfillment_id)
    if line.mode == Mode.AUTO:
        raise NotYours(_("This line is delivered from stock, by itself."))
    if line.status == LineStatus.SHIPPED:
        raise NotYours(_("This line is with the courier already."))
    if line.refund_by is None or line.refund_by <= now:
        raise NotYours(_("Its time is up: the money goes back to the buyer."))
    return line, row


def _both(fulfillment_id: int) -> tuple[OrderLine, Fulfillment]:
    """The line and its Fulfillment, locked in their order."""
    lines = OrderLine.objects.select_for_update(of=("self",)).select_related("order__user", "merchant", "sku")
    line = lines.get(fulfillment=fulfillment_id)
    return line, Fulfillment.objects.select_for_update(of=("self",)).get(pk=fulfillment_id)


def take(line: OrderLine, row: Fulfillment, user: User, now: dt.datetime) -> None:
    """Make locked rows this person's. Inner step of `take_up`; raises NotYours."""
    if row.status == FulfillmentStatus.RUNNING:
        check_own(row, user, now)
        path = [FulfillmentStatus.WAITING, FulfillmentStatus.RUNNING]
    elif row.status in TAKEABLE and line.status == LineStatus.VERIFIED:
        move(line, LineStatus.DELIVERING, now=now, actor=user.holder)
        path = [FulfillmentStatus.RUNNING]
    else:
        raise NotYours(_("This line is not waiting any more."))
    theirs = {"taken_by": user, "taken_until": now + THEIRS_FOR}
    move(row, *path, now=now, actor=user.holder, changes=theirs)


def deliver_by_hand(line: OrderLine, row: Fulfillment, goods: Goods, user: User, now: dt.datetime) -> None:
    """Hand goods of locked rows in. Inner step of `hand_in`; raises what that raises."""
    check_own(row, user, now)
    _check_goods(line, goods)
    if goods.typed:
        reservation = Reservation.objects.select_related("sku__listing__merchant").get(line=line)
        source = _("typed in for order %(order)s") % {"order": line.order.shown_number}
        hand_over_typed(typed=goods.typed, reservation=reservation, user=user, source=source, now=now)
    _count(line, row, goods, user, now)
    tell_delivered(line, line.order, quantity=goods.quantity, now=now)


def check_own(row: Fulfillment, user: User, now: dt.datetime) -> None:
    """Raise NotYours unless this person may work on the line: it was taken up, and is nobody else's now."""
    if row.status != FulfillmentStatus.RUNNING:
        raise NotYours(_("Take this line up first; it is not yours."))
    if row.taken_by_id != user.pk and row.taken_until and row.taken_until > now:
        raise NotYours(_("%(who)s is working on this line.") % {"who": row.taken_by or _("Somebody else")})


def _check_goods(line: OrderLine, goods: Goods) -> None:
    if line.mode == Mode.SHIPMENT:
        raise WrongGoods(_("This line is sent by courier."))
    missing = line.waiting_quantity
    if not 1 <= goods.quantity <= missing:
        raise WrongGoods(_("%(given)d given, %(missing)d missing.") % {"given": goods.quantity, "missing": missing})
    if line.kind in READ and not goods.typed:
        raise WrongGoods(_("The buyer gets what you type in: one key or account a line."))


def _count(line: OrderLine, row: Fulfillment, goods: Goods, user: User, now: dt.datetime) -> None:
    """Write down that so many more units arrived."""
    told = {"note": goods.note or row.note}
    delivered = line.delivered + goods.quantity
    if delivered + line.refunded_quantity < line.quantity:
        OrderLine.objects.filter(pk=line.pk).update(delivered=delivered)
        line.delivered = delivered
        path = (FulfillmentStatus.WAITING, FulfillmentStatus.RUNNING)
        again = {**told, "taken_until": now + THEIRS_FOR}
        move(row, *path, now=now, actor=user.holder, reason=PART, changes=again)
        return
    ends = {"delivered": delivered, "delivered_at": now, "complaint_by": line.complaint_end(now)}
    move(line, LineStatus.DELIVERED, now=now, actor=user.holder, changes=ends)
    done = {**told, "attempts": row.attempts + 1, "problem": "", "taken_by": None, "taken_until": None}
    move(row, FulfillmentStatus.DELIVERED, now=now, actor=user.holder, changes=done)


def leave(line: OrderLine, row: Fulfillment, actor: str, now: dt.datetime) -> None:
    """Leave locked rows that somebody had to others. Inner step of `put_back`."""
    move(line, LineStatus.VERIFIED, now=now, actor=actor, reason="put back")
    nobody = {"taken_by": None, "taken_until": None, "next_try_at": now}
    move(row, FulfillmentStatus.WAITING, now=now, actor=actor, reason="put back", changes=nobody)


def forget(*, fulfillment_id: int, now: dt.datetime) -> bool:
    """Put back a line that its taker left alone for longer than it was theirs; False when it is not due any more."""
    with failpoints.commit("put_back"):
        line, row = _both(fulfillment_id)
        if line.status != LineStatus.DELIVERING or row.taken_until is None or row.taken_until > now:
            return False
        leave(line, row, "clock", now)
        return True


def forgotten(now: dt.datetime) -> list[int]:
    """Keys of Fulfillments whose taker's time is over, oldest first, at most 200."""
    rows = Fulfillment.objects.filter(taken_until__lte=now, line__status=LineStatus.DELIVERING)
    return first(rows.order_by("taken_until"))
