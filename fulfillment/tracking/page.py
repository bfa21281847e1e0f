"""The page of an order: everything its template shows, put together from rows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from fulfillment.tracking.elsewhere import Elsewhere, elsewhere
from fulfillment.tracking.goods import GoodsCard, Guide, goods_card, guides
from fulfillment.tracking.log import Event, log
from fulfillment.tracking.pipeline import Badge, PipeStep, badge, pipeline
from fulfillment.tracking.purse import PurseCard, purse_cards
from fulfillment.tracking.queries import Rows, load
from fulfillment.tracking.refunding import RefundCard, leftover_card, refund_card
from fulfillment.tracking.shipped import ShippedCard, shipped_card
from fulfillment.tracking.state import Pace, State, state
from fulfillment.tracking.waiting import WaitingCard, waiting_card
from fulfillment.tracking.words import masked, name, site, ways
from kameng.lib.cardface import key
from kameng.lib.templatetags.kameng import LOOKS
from shop.catalog.faces import sku_face_name
from shop.orders.models import WAITING_LINES, LineStatus, Order, OrderLine
from shop.storefront.basket import again_address
from shop.storefront.shelf import face_sheet

Card = WaitingCard | ShippedCard | GoodsCard | RefundCard | PurseCard


@dataclass(frozen=True, slots=True)
class Bought:
    """One line in the summary."""

    line: OrderLine
    face: str


@dataclass(frozen=True, slots=True)
class Page:
    """One order as its buyer sees it now."""

    order: Order
    now: dt.datetime
    state: State
    name: str
    badge: Badge
    pipeline: list[PipeStep]
    cards: list[Card]
    guides: list[Guide]
    log: list[Event]
    bought: list[Bought]
    ways: str
    mail: str

    @property
    def live(self) -> bool:
        return self.state.pace is not Pace.STOP

    @property
    def waits(self) -> bool:
        """Something will change within seconds: a browser without scripts reloads by itself."""
        return self.state.pace is Pace.LIVE

    @property
    def headline(self) -> str:
        """State first, so that it can be read in a tab."""
        return f"{self.badge.label or LOOKS[self.badge.state].label} · {self.name}"

    @property
    def title(self) -> str:
        """The title of the window."""
        return f"{self.headline} · {site()}"

    @property
    def faces(self) -> str:
        """The address of one image with the small card faces of all lines."""
        return face_sheet(key(one.face, size="s") for one in self.bought)

    @property
    def again(self) -> str:
        """Where the same can be ordered once more; for one product, in any quantity."""
        lines = [one.line for one in self.bought]
        if len(lines) > 1:
            return again_address(lines)
        return f"{reverse('listing', args=[lines[0].sku.listing.slug])}?sku={lines[0].sku_id}"

    @property
    def all_back(self) -> bool:
        """Nothing of this order came: the next thing is to buy it elsewhere."""
        return all(one.line.status == LineStatus.REFUNDED for one in self.bought)

    @property
    def elsewhere(self) -> Elsewhere:
        """Where the next try should be made, where nothing of this order came."""
        return elsewhere(self.bought[0].line, self.now)

    @property
    def refunded(self) -> int:
        """Minor units of this order's lines that went back."""
        return sum(one.line.refunded_amount for one in self.bought)


@sensitive_variables()
def page(order: Order, now: dt.datetime, codes: Mapping[int, str] | None = None) -> Page:
    """The page at this moment; `codes` holds the secrets that this one response reveals, by unit."""
    # The version is read first: what changes while we read makes the next look come sooner, not too late.
    seen = state(order, now)
    # The row at hand is older than the version: an order paid in between would look unpaid, and stay so.
    order = Order.objects.select_related("user").get(pk=order.pk)
    rows = load(order)
    return Page(
        order=order,
        now=now,
        state=seen,
        name=name(rows.lines),
        badge=badge(rows, now),
        pipeline=pipeline(rows, now),
        cards=_cards(rows, codes or {}, now),
        guides=guides(rows),
        log=log(rows, now),
        bought=[Bought(line, sku_face_name(line.sku)) for line in rows.lines],
        ways=ways(rows),
        mail=masked(order.email),
    )


@sensitive_variables()
def _cards(rows: Rows, codes: Mapping[int, str], now: dt.datetime) -> list[Card]:
    """What the buyer must know first comes first: money in question, then what waits, then goods, then refunds."""
    cards: list[Card] = [*purse_cards(rows, now)]
    cards += [waiting_card(line, rows, now) for line in rows.lines if line.status in WAITING_LINES]
    cards += [shipped_card(line, rows, now) for line in rows.lines if line.status == LineStatus.SHIPPED]
    # A part of a line may be here while the rest of it waits, or has gone back.
    here = [line for line in rows.lines if line.delivered and line.status != LineStatus.REFUNDED]
    cards += [goods_card(line, rows, codes, now, first=not n) for n, line in enumerate(here)]
    cards += [refund_card(line, rows, now) for line in rows.lines if line.refunded_amount]
    rest = leftover_card(rows, now)
    return [*cards, rest] if rest else cards
