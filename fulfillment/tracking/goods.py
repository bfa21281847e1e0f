"""A line that has arrived: its keys behind a strip until somebody opens them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from fulfillment.tracking.queries import Rows
from fulfillment.tracking.words import what, when
from kameng.lib import times
from shop.catalog.faces import sku_face_name
from shop.catalog.models import Mode
from shop.orders.models import LineStatus, OrderLine
from shop.storefront.steps import steps

#: What stands on the strip: it tells nothing, not even the length.
MASK = "••••-••••-••••-••••"


@dataclass(frozen=True, slots=True)
class Key:
    """One unit; `code` is its secret, in the one response that reveals it."""

    unit: int
    index: int
    opened: dt.datetime | None
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GoodsCard:
    """The delivered keys of one line, and until when something can be said against them."""

    line: OrderLine
    head: str
    note: str
    name: str
    face: str
    keys: list[Key]
    window: dt.datetime | None
    ended: str
    first: bool
    said: str = ""
    mask: str = MASK
    template: str = "tracking/cards/goods.html"

    @property
    def shown(self) -> bool:
        """Every key is open in this response."""
        return all(key.code for key in self.keys)

    @property
    def several(self) -> bool:
        return len(self.keys) > 1


@sensitive_variables()
def goods_card(line: OrderLine, rows: Rows, codes: Mapping[int, str], now: dt.datetime, *, first: bool) -> GoodsCard:
    """The card of a delivered line; `codes` holds the secrets this response reveals, by unit."""
    units = rows.units.get(line.pk, [])
    keys = [
        Key(unit.pk, index, unit.opened or (now if unit.pk in codes else None), codes.get(unit.pk, ""))  # type: ignore[attr-defined]
        for index, unit in enumerate(units, start=1)
    ]
    done = line.status == LineStatus.COMPLETED
    return GoodsCard(
        line=line,
        head=_head(line),
        note=_how(line),
        name=" · ".join(filter(None, [what(line), line.sku.listing.region])),
        face=sku_face_name(line.sku),
        keys=keys,
        window=None if done else line.complaint_by,
        ended=_ended(line, now) if done else "",
        first=first,
        said=fulfillment.note if (fulfillment := getattr(line, "fulfillment", None)) else "",
    )


def _how(line: OrderLine) -> str:
    """Whether nobody had to do anything for it, and what was promised."""
    facts = {"time": times.duration(line.promise_seconds)}
    if line.mode == Mode.SHIPMENT:
        return _("received by you")
    if line.mode == Mode.MANUAL:
        return _("by hand, promised within %(time)s") % facts
    return _("automatic, promised within %(time)s") % facts


def _head(line: OrderLine) -> str:
    if line.delivered and line.delivered < line.quantity:
        return _("%(some)d of %(all)d are here") % {"some": line.delivered, "all": line.quantity}
    if line.paid_at is None or line.delivered_at is None:
        return _("It is here")
    return _("Delivered in %(time)s") % {"time": times.duration(line.delivered_at - line.paid_at)}


def _ended(line: OrderLine, now: dt.datetime) -> str:
    if line.completed_at is None:
        return ""
    return _("Confirmed by itself at %(time)s; the money went to %(merchant)s.") % {
        "time": when(line.completed_at, now),
        "merchant": line.merchant.name,
    }


@dataclass(frozen=True, slots=True)
class Guide:
    """How to use what was bought, step by step."""

    title: str
    steps: list[tuple[str, str]]


def guides(rows: Rows) -> list[Guide]:
    """One guide a listing whose goods have arrived and that says how to use them."""
    arrived = [line for line in rows.lines if line.status in (LineStatus.DELIVERED, LineStatus.COMPLETED)]
    listings = {line.sku.listing_id: line.sku.listing for line in arrived}
    several = len({line.sku.listing_id for line in rows.lines}) > 1
    found = []
    for listing in listings.values():
        said = steps(listing.instructions)
        title = _("How to use %(what)s") % {"what": listing.title} if several else _("How to use it")
        if said:
            found.append(Guide(title, said))
    return found
