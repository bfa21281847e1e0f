"""What a guest bought becomes the member's who has shown that the address is theirs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from kameng.accounts.models import User
from kameng.accounts.verified import is_verified, verified_addresses
from kameng.audit.record import Actor, record
from kameng.lib import failpoints
from kameng.notices.models import Notification
from shop.inventory.rename import AlreadyHas, rename
from shop.orders.models import Order, OrderLine
from shop.orders.rows import lock_order, locked_lines

#: Of more, the rest is adopted at the next sign-in.
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many orders became the member's, and those that could not."""

    moved: int
    stayed: list[Order]


def adopt_all(*, user: User, actor: Actor, now: dt.datetime) -> Adopted:
    """Adopt the newest orders that guests placed with a verified address of this member; one transaction each."""
    moved, stayed = 0, []
    for order in _of_guests(verified_addresses(user)):
        try:
            moved += adopt(order_id=order.pk, user=user, actor=actor, now=now)
        except AlreadyHas:
            stayed.append(order)
    return Adopted(moved, stayed)


def adopt(*, order_id: int, user: User, actor: Actor, now: dt.datetime) -> bool:
    """A guest's order → the member's, with its claims, its units and its messages, and an audit entry.

    The link in its mails opens it no more: signing in does. What is left on its account goes to the wallet now. False, and
    nothing changed, where it is nobody's any more or the address is not verified. Raises AlreadyHas where the member owns one
    of its shared secrets already: it stays a guest's, as nobody may have one twice.
    """
    with failpoints.commit("adopt"):
        order = lock_order(order_id)
        if order.user_id is not None or not is_verified(user, order.email):
            return False
        lines = locked_lines(order)
        for line in sorted(lines, key=lambda line: line.sku_id):
            if line.reservation_id:
                rename(reservation_id=line.reservation_id, holder=user.holder)
        # A guest's leftover waits three days; a member's has a wallet to go to.
        rest = now if order.rest_due_at else None
        Order.objects.filter(pk=order.pk, user=None).update(user=user, rest_due_at=rest)
        # Held by key, as whoever sends them holds them.
        told = Notification.objects.filter(_told(order, lines), user=None).select_for_update(of=("self",)).order_by("pk")
        Notification.objects.filter(pk__in=[row.pk for row in told]).update(user=user)
        record(
            act="order adopted", subject=f"order:{order.number}", actor=actor, now=now, reason=f"verified by {user.holder}"
        )
        return True


def _told(order: Order, lines: Sequence[OrderLine]) -> Q:
    """Messages about the order."""
    found = Q(key__startswith=f"order:{order.pk}:")
    for line in lines:
        found |= Q(key__startswith=f"line:{line.pk}:")
    return found


def _of_guests(addresses: Sequence[str]) -> list[Order]:
    if not addresses:
        return []
    same = Q()
    for address in addresses:
        same |= Q(Exact(Upper("email"), Upper(Value(address))))
    return list(Order.objects.filter(same, user=None).order_by("-pk")[:AT_ONCE])
