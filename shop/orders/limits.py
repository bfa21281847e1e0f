"""Limits on unpaid claims, so that nobody can empty the shop without paying."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Literal

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from kameng.accounts.models import User
from kameng.lib import ids
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.locks import StillHeld, serialize
from kameng.lib.transitions import Refused
from shop.catalog.models import Sku
from shop.inventory.claim import Crowded
from shop.inventory.queries import sellable
from shop.orders.models import Order, OrderStatus

OPEN_ORDERS = 3
OPEN_ORDERS_PER_ADDRESS = 30
UNITS_FLOOR = 5
UNITS_SHARE = 10
# Counting what is sellable stops here: a tenth of more than this is more than one order may hold anyway.
COUNT_TO = 1_000


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders: a member or a guest, with everything that limits are counted by."""

    email: str
    locale: str
    user: User | None = None
    device: str = ""
    address: str = ""

    @property
    def holder(self) -> str:
        return self.user.holder if self.user else f"mail:{ids.contact_key(self.email)}"

    def names(self) -> list[str]:
        """The names under which two orders of this buyer exclude each other while limits are counted."""
        return [f"limit:{self.holder}"] + ([f"limit:device:{self.device}"] if self.device else [])


class TooManyUnpaid(Refused):
    """This buyer already has as many unpaid orders, or unpaid units of this SKU, as one may hold."""


def hold(buyer: Buyer) -> None:
    """Serialise this buyer's orders until the transaction ends; raises Crowded where others hold a name for too long."""
    _queue(buyer.names())


def _queue(names: list[str]) -> None:
    try:
        serialize(names)
    except StillHeld as error:
        raise Crowded(_("Very many are buying this right now. Nothing was ordered; please send it once more.")) from error


def check_open_orders(buyer: Buyer, now: dt.datetime, *, besides: Order) -> bool:
    """Whether the buyer has other unpaid orders. Needs `hold`.

    Raises TooManyUnpaid where the member, the guest's contact, or the device has too many of them. What guests order under a
    member's address does not count for the member: they may be anybody.
    """
    asked = _unpaid_of("user" if buyer.user else "email", device=bool(buyer.device))
    who = buyer.user.pk if buyer.user else buyer.email
    rows = asked(now=now, besides=besides.pk, who=who, device=buyer.device)
    own = [row for row in rows if (row[1] == who if buyer.user else row[0].upper() == buyer.email.upper())]
    here = [row for row in rows if buyer.device and row[2] == buyer.device]
    if max(len(own), len(here)) >= OPEN_ORDERS:
        raise TooManyUnpaid(
            _("You already have %(n)d unpaid orders. Pay one, or let it lapse, and then order again.") % {"n": OPEN_ORDERS}
        )
    return bool(rows)


def check_address(buyer: Buyer, now: dt.datetime, *, besides: Order) -> None:
    """Raise TooManyUnpaid where the buyer's address holds too many unpaid orders; the last step before the commit.

    Not under `hold`: there, all behind one address would wait for the one who waits for stock.
    """
    if not buyer.address:
        return
    _queue([f"limit:address:{buyer.address}"])
    if len(_UNPAID_FROM(address=buyer.address, now=now, besides=besides.pk)) >= OPEN_ORDERS_PER_ADDRESS:
        raise TooManyUnpaid(_("There are too many unpaid orders from your network. Please try again in some minutes."))


_UNPAID_FROM = Compiled(
    lambda: _unpaid().filter(address=Slot("address")).values_list("pk")[:OPEN_ORDERS_PER_ADDRESS],
)


def _unpaid() -> QuerySet[Order]:
    """Live unpaid orders but one."""
    return Order.objects.filter(status=OrderStatus.PENDING, reserved_until__gt=Slot("now")).exclude(pk=Slot("besides"))


@cache
def _unpaid_of(by: Literal["user", "email"], *, device: bool) -> Compiled[tuple[str, int | None, str]]:
    """Other live unpaid orders of this member or mail address, or from this device."""
    same = Q(user=Slot("who")) if by == "user" else Q(Exact(Upper("email"), Upper(Slot("who"))))
    same |= Q(device=Slot("device")) if device else Q()
    # So many rows break one of the limits in any case; reading on would tell nothing new.
    enough = 2 * OPEN_ORDERS
    return Compiled(lambda: _unpaid().filter(same).values_list("email", "user_id", "device")[:enough])


def most_units(sku: Sku, sellable_units: int) -> int:
    """Unpaid units of the SKU that one may hold while so many can be sold."""
    return max(UNITS_FLOOR, sellable_units // UNITS_SHARE) if sku.unpaid_limit is None else sku.unpaid_limit


def check_units(sku: Sku, quantity: int, *, already: int, now: dt.datetime) -> None:
    """Raise TooManyUnpaid where `quantity` more than the `already` unpaid units of the SKU is more than one may hold."""
    if already + quantity <= most_units(sku, 0):
        return
    allowed = most_units(sku, already + sellable(sku, now, at_most=COUNT_TO))
    if already + quantity > allowed:
        raise TooManyUnpaid(
            _("You can hold at most %(n)d unpaid units of %(what)s at a time.") % {"n": allowed, "what": sku}
        )
