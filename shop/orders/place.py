"""Placing an order: terms are read on the server, stock is claimed, nothing is paid yet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

from kameng.lib import failpoints, money
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.inputs.base import Value
from kameng.lib.inputs.stored import Stored
from kameng.lib.transitions import Refused, begin
from shop.catalog.models import Sku
from shop.catalog.pricing import unit_price
from shop.inventory.claim import SoldOut, Want
from shop.inventory.claim_chosen import check_there, claim_each
from shop.inventory.models import StockUnit
from shop.inventory.queries import sellable, units_named, unpaid_units
from shop.orders import limits
from shop.orders.limits import Buyer
from shop.orders.models import LineStatus, Order, OrderLine
from shop.orders.recipients import kept

RESERVED_FOR = dt.timedelta(minutes=15)

_ON_SALE = Compiled(
    lambda: Sku.objects.filter(pk=Slot("pk"), on_sale=True, listing__published_at__isnull=False).select_related(
        "listing__category"
    )
)


class NotForSale(Refused):
    """The SKU does not exist, is not on sale, or not in this quantity."""


class NotChosen(NotForSale):
    """No two units of the SKU are alike, and none was chosen; or one was chosen of a SKU that has none to choose."""


class PriceChanged(Refused):
    """The buyer agreed to another price than the one of this moment."""


class NonceTaken(Refused):
    """This form was already used by another buyer."""


class SentOtherwise(Refused):
    """This form already ordered something else, or for another recipient."""


@dataclass(frozen=True, slots=True)
class Item:
    """So many units of one SKU, and where they go: the confirmed values by the keys of its fields.

    `unit` is the reference of the one that was chosen, where no two are alike.
    """

    sku_id: int
    quantity: int
    recipient: Mapping[str, Value] = field(default_factory=dict)
    unit: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """What makes it a line of its own."""
        return self.sku_id, self.unit


@dataclass(frozen=True, slots=True)
class _Sale:
    """So many units of a SKU at the unit price, in minor units, of this moment."""

    sku: Sku
    quantity: int
    price: int
    recipient: list[Stored]
    unit: StockUnit | None = None

    @property
    def total(self) -> int:
        return self.price * self.quantity


def place(*, buyer: Buyer, items: Sequence[Item], nonce: str, now: dt.datetime, agreed: int | None = None) -> Order:
    """Create a PENDING order whose lines are RESERVED for 15 minutes, at the prices and terms of this moment.

    `agreed` is the total that the buyer saw, in minor units: it is compared, never charged. The same nonce and items return
    the same order (a double click). Raises NotForSale (NotChosen), PriceChanged, BadRecipient, SoldOut (UnitGone), Crowded,
    TooManyUnpaid, NonceTaken, SentOtherwise; then nothing was changed.
    """
    try:
        sales = _priced(items)
        _check_price(sales, agreed)
        _answer_sold_out_early(sales, now)
        with failpoints.commit("place"):
            limits.hold(buyer)
            return _create(buyer, sales, nonce, now)
    except (Refused, IntegrityError):
        # A second click may also find its own first one in the way: the last unit, or one order too many.
        existing = _repeated(nonce, buyer, items)
        if existing is None:
            raise
        return existing


def _repeated(nonce: str, buyer: Buyer, items: Sequence[Item]) -> Order | None:
    order = Order.objects.filter(nonce=nonce).first()
    if order and (order.user_id, order.device) != (buyer.user.pk if buyer.user else None, buyer.device):
        raise NonceTaken(_("This form was already sent. Please open the product again."))
    # Whoever went back and changed where it goes must not pay for what goes to the place before.
    if order and _ordered(order) != _summed(items):
        said = _("This form was sent before, and %(number)s was ordered with it. To order this as well, send it once more.")
        raise SentOtherwise(said % {"number": order.shown_number})
    return order


#: By SKU and chosen unit: how many, and where they go.
_Wanted = dict[tuple[int, str], tuple[int, Mapping[str, Value]]]


def _ordered(order: Order) -> _Wanted:
    return {
        (line.sku_id, line.unit.secret.ref if line.unit else ""): (
            line.quantity,
            {each["key"]: each["value"] for each in line.recipient},
        )
        for line in order.lines.select_related("unit__secret")
    }


def _summed(items: Sequence[Item]) -> _Wanted:
    """The quantity and the recipient of each line: where it is asked for twice, the recipient is that of the first."""
    summed: _Wanted = {}
    for item in items:
        quantity, recipient = summed.get(item.key, (0, item.recipient))
        summed[item.key] = (quantity + item.quantity, recipient)
    return summed


def _priced(items: Sequence[Item]) -> list[_Sale]:
    """Quantities summed by SKU, in the order in which SKUs are always claimed."""
    sales: list[_Sale] = []
    summed = _summed(items)
    for pk, lines in groupby(sorted(summed), key=lambda key: key[0]):
        wanted = {unit: summed[pk, unit] for _sku, unit in lines}
        sku = _ON_SALE.first(pk=pk)
        if sku is None:
            raise NotForSale(_("This is not on sale any more."))
        if not 1 <= sum(quantity for quantity, _recipient in wanted.values()) <= sku.max_quantity:
            raise NotForSale(_("%(what)s is sold from 1 to %(most)d at a time.") % {"what": sku, "most": sku.max_quantity})
        units = _chosen(sku, wanted)
        for unit, (quantity, recipient) in wanted.items():
            tiers = sku.tiers.all() if quantity > 1 else ()
            price = unit_price(sku, quantity, tiers)
            sales.append(_Sale(sku, quantity, price, kept(sku, recipient), units.get(unit)))
    if not sales:
        raise NotForSale(_("There is nothing in this order."))
    return sales


def _chosen(sku: Sku, wanted: Mapping[str, tuple[int, Mapping[str, Value]]]) -> dict[str, StockUnit]:
    """The chosen units by their references: one for each line where no two are alike, else none. Raises NotForSale."""
    if not sku.by_unit:
        if any(wanted):
            raise NotForSale(_("This is not on sale any more."))
        return {}
    if not all(wanted):
        raise NotChosen(_("Choose which one of %(what)s you want: no two are alike.") % {"what": sku})
    units = units_named(sku, wanted)
    if len(units) < len(wanted) or any(quantity > 1 for quantity, _recipient in wanted.values()):
        raise NotForSale(_("What was chosen of %(what)s is not there. Please choose again.") % {"what": sku})
    return units


def _check_price(sales: list[_Sale], agreed: int | None) -> None:
    total = sum(sale.total for sale in sales)
    if agreed is None or agreed == total:
        return
    said = _("The price changed from %(seen)s to %(now)s while this page was open. Nothing was ordered; look again first.")
    raise PriceChanged(said % {"seen": money.shown(agreed), "now": money.shown(total)})


def _answer_sold_out_early(sales: list[_Sale], now: dt.datetime) -> None:
    # In a rush most buyers lose; they should cost two index look-ups, not a transaction.
    for sale in sales:
        if sale.unit:
            check_there(sale.sku, [sale.unit], now)
            continue
        left = sellable(sale.sku, now, at_most=sale.quantity)
        if left < sale.quantity:
            raise SoldOut(sale.sku, left)


def _create(buyer: Buyer, sales: list[_Sale], nonce: str, now: dt.datetime) -> Order:
    until = now + RESERVED_FOR
    order = Order(
        nonce=nonce,
        user=buyer.user,
        email=buyer.email,
        locale=buyer.locale,
        device=buyer.device,
        address=buyer.address,
        currency=settings.CURRENCY,
        total=sum(sale.total for sale in sales),
        placed_at=now,
        reserved_until=until,
    )
    # A second click fails here on the nonce, before any limit could count the order of the first.
    order.save(force_insert=True)
    others = limits.check_open_orders(buyer, now, besides=order)
    lines: list[OrderLine] = []
    for _sku, of_sku in groupby(sales, key=lambda sale: sale.sku.pk):
        same = list(of_sku)
        sku, quantity = same[0].sku, sum(sale.quantity for sale in same)
        already = unpaid_units(sku=sku, holder=buyer.holder, now=now) if others else 0
        limits.check_units(sku, quantity, already=already, now=now)
        lines += _reserved(order, same, now)
    OrderLine.objects.bulk_create(lines)
    begin([order], now=now, actor=buyer.holder)
    begin(lines, now=now, actor=buyer.holder)
    limits.check_address(buyer, now, besides=order)
    return order


def _reserved(order: Order, sales: Sequence[_Sale], now: dt.datetime) -> list[OrderLine]:
    """Lines of one SKU with their claims on its stock."""
    holder, until = order.holder, order.reserved_until
    wants = [Want(sale.sku, sale.quantity, holder, until, holder, sale.unit) for sale in sales]
    lines = [_line(order, sale) for sale in sales]
    for line, reservation in zip(lines, claim_each(wants=wants, now=now), strict=True):
        line.reservation = reservation
    return lines


def _line(order: Order, sale: _Sale) -> OrderLine:
    """A line with the terms of this moment copied into it."""
    sku = sale.sku
    return OrderLine(
        order=order,
        sku=sku,
        merchant_id=sku.listing.merchant_id,
        status=LineStatus.RESERVED,
        title=sku.listing.title,
        face=sku.face,
        kind=sku.kind,
        mode=sku.mode,
        recipient=sale.recipient,
        unit=sale.unit,
        description=sale.unit.description if sale.unit else "",
        quantity=sale.quantity,
        unit_price=sale.price,
        total=sale.total,
        commission_bps=sku.listing.category.commission_bps,
        promise_seconds=sku.promise_seconds,
        refund_seconds=sku.refund_seconds,
        complaint_seconds=sku.complaint_seconds,
    )
