"""One order of a list, as its card shows it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from fulfillment.delivery.models import READ
from fulfillment.tracking.mine.briefs import Brief
from fulfillment.tracking.mine.standing import Standing, standing
from fulfillment.tracking.pipeline import ARRIVED, Badge, badge
from fulfillment.tracking.words import name
from kameng.lib.cardface import key
from shop.catalog.faces import sku_face_name
from shop.orders.models import LineStatus, Order, OrderLine
from shop.storefront.shelf import face_sheet

#: So many cards of goods are drawn; the name says how many more there are.
FACES = 3


@dataclass(frozen=True, slots=True)
class Step:
    """The one button of a card: the next thing to do with this order."""

    words: str
    url: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    order: Order
    name: str
    faces: list[str]
    merchants: str
    badge: Badge
    standing: Standing
    step: Step
    #: Where it waits or wants something, its frame says so.
    tone: str


def card(rows: Brief, now: dt.datetime) -> Card:
    """The card of one order."""
    shown = badge(rows, now)
    return Card(
        order=rows.order,
        name=name(rows.lines),
        faces=[sku_face_name(line.sku) for line in rows.lines[:FACES]],
        merchants=_merchants(rows.lines),
        badge=shown,
        standing=standing(rows, now),
        step=_step(rows, shown),
        tone="amber" if shown.state == "waiting" else "",
    )


def sheet(cards: Sequence[Card]) -> str:
    """The address of one image with the faces of all these cards; empty without any."""
    return face_sheet(key(face, size="s") for card in cards for face in card.faces) if cards else ""


def _merchants(lines: Sequence[OrderLine]) -> str:
    names = list(dict.fromkeys(line.merchant.name for line in lines))
    return _("%(first)s and %(n)d more") % {"first": names[0], "n": len(names) - 1} if len(names) > 1 else names[0]


def _step(rows: Brief, shown: Badge) -> Step:
    order = rows.order
    here = reverse("order", args=[order.number])
    match shown.state:
        case "unpaid":
            return Step(_("Go and pay"), reverse("pay", args=[order.number]), urgent=True)
        case "delivered" | "done" if _to_read(rows.lines, new=shown.state == "done"):
            return Step(_("See the keys"), here)
        case "delivered":
            return Step(_("See the order"), here)
        case "done" | "refunded" | "closed":
            return Step(_("Buy it again"), again(rows.lines))
        case _:
            return Step(_("See how far it is"), here)


def _to_read(lines: Sequence[OrderLine], *, new: bool) -> bool:
    """Keys have arrived; with `new`, some of them that nobody opened yet."""
    read = [line for line in lines if line.status in ARRIVED and line.kind in READ and line.delivered]
    return any(line.opened < line.delivered for line in read) if new else bool(read)  # type: ignore[attr-defined]


def again(lines: Sequence[OrderLine]) -> str:
    """The product with the same face value and quantity chosen; of several, the first that came."""
    line = next((line for line in lines if line.status in (LineStatus.COMPLETED, LineStatus.DELIVERED)), lines[0])
    return f"{reverse('listing', args=[line.sku.listing.slug])}?sku={line.sku_id}&quantity={line.quantity}"
