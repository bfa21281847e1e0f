"""Placing an order: terms are read on the server, stock is claimed, nothing is paid yet."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.transitions import Refused, begin
from shop.catalog.models import Sku
from shop.catalog.pricing import unit_price
from shop.inventory.claim import SoldOut, Want, claim
from shop.inventory.queries import sellable, unpaid_units
from shop.orders import limits
from shop.orders.limits import Buyer
from shop.orders.models import LineStatus, Order, OrderLine

RESERVED_FOR = dt.timedelta(minutes=15)

_ON_SALE = Compiled(
    lambda: Sku.objects.filter(pk=Slot("pk"), on_sale=True, listing__published_at__isnull=False).select_related(
        "listing__category"
    )
)


class NotForSale(Refused):
    """The SKU does not exist, is not on sale, or not in this quantity."""


class NonceTaken(Refused):
    """This form was already used by another buyer."""


@dataclass(frozen=True, slots=True)
class Item:
    """So many units of one SKU."""

    sku_id: int
    quantity: int


def place(*, buyer: Buyer, items: Sequence[Item], nonce: str, now: dt.datetime) -> Order:
    """Create a PENDING order whose lines are RESERVED for 15 minutes, at the prices and terms of this moment.

    The same nonce returns the same order (a double click). Raises NotForSale, SoldOut, Crowded, TooManyUnpaid, NonceTaken;
    then nothing was changed.
    """
    try:
        wants = _wants(items)
        _answer_sold_out_early(wants, now)
        with failpoints.commit("place"):
            limits.hold(buyer)
            return _create(buyer, wants, nonce, now)
    except (Refused, IntegrityError):
        # A second click may also find its own first one in the way: the last unit, or one order too many.
        existing = _repeated(nonce, buyer)
        if existing is None:
            raise
        return existing


def _repeated(nonce: str, buyer: Buyer) -> Order | None:
    order = Order.objects.filter(nonce=nonce).first()
    if order and (order.user_id, order.device) != (buyer.user.pk if buyer.user else None, buyer.device):
        raise NonceTaken(_("This form was already sent. Please open the product again."))
    return order


def _wants(items: Sequence[Item]) -> list[tuple[Sku, int]]:
    """Quantities summed by SKU, in the order in which SKUs are always claimed."""
    sums: Counter[int] = Counter()
    for item in items:
        sums[item.sku_id] += item.quantity
    wants = []
    for pk in sorted(sums):
        sku = _ON_SALE.first(pk=pk)
        if sku is None:
            raise NotForSale(_("This is not on sale any more."))
        if not 1 <= sums[pk] <= sku.max_quantity:
            raise NotForSale(_("%(what)s is sold from 1 to %(most)d at a time.") % {"what": sku, "most": sku.max_quantity})
        wants.append((sku, sums[pk]))
    if not wants:
        raise NotForSale(_("There is nothing in this order."))
    return wants


def _answer_sold_out_early(wants: list[tuple[Sku, int]], now: dt.datetime) -> None:
    # In a rush most buyers lose; they should cost two index look-ups, not a transaction.
    for sku, quantity in wants:
        left = sellable(sku, now, at_most=quantity)
        if left < quantity:
            raise SoldOut(sku, left)


def _create(buyer: Buyer, wants: list[tuple[Sku, int]], nonce: str, now: dt.datetime) -> Order:
    until = now + RESERVED_FOR
    prices = [unit_price(sku, quantity, sku.tiers.all() if quantity > 1 else ()) for sku, quantity in wants]
    order = Order(
        nonce=nonce,
        user=buyer.user,
        email=buyer.email,
        locale=buyer.locale,
        device=buyer.device,
        address=buyer.address,
        currency=settings.CURRENCY,
        total=sum(price * quantity for price, (_sku, quantity) in zip(prices, wants, strict=True)),
        placed_at=now,
        reserved_until=until,
    )
    # A second click fails here on the nonce, before any limit could count the order of the first.
    order.save(force_insert=True)
    others = limits.check_open_orders(buyer, now, besides=order)
    lines = []
    for (sku, quantity), price in zip(wants, prices, strict=True):
        already = unpaid_units(sku=sku, holder=buyer.holder, now=now) if others else 0
        limits.check_units(sku, quantity, already=already, now=now)
        reservation = claim(want=Want(sku, quantity, buyer.holder, until, buyer.holder), now=now)
        line = _line(order, sku, quantity, price)
        line.reservation = reservation
        lines.append(line)
    OrderLine.objects.bulk_create(lines)
    begin([order], now=now, actor=buyer.holder)
    begin(lines, now=now, actor=buyer.holder)
    return order


def _line(order: Order, sku: Sku, quantity: int, price: int) -> OrderLine:
    """A line with the terms of this moment copied into it."""
    return OrderLine(
        order=order,
        sku=sku,
        merchant_id=sku.listing.merchant_id,
        status=LineStatus.RESERVED,
        title=sku.listing.title,
        face=sku.face,
        kind=sku.kind,
        mode=sku.mode,
        quantity=quantity,
        unit_price=price,
        total=price * quantity,
        commission_bps=sku.listing.category.commission_bps,
        promise_seconds=sku.promise_seconds,
        refund_seconds=sku.refund_seconds,
        complaint_seconds=sku.complaint_seconds,
    )
