"""Choosing one unit on the page of a product whose units are not alike."""

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict

from shop.inventory.choosing import Choice, Choices, choices, named
from shop.storefront.linekey import read_unit
from shop.storefront.offer import Offer
from shop.storefront.typed import whole


@dataclass(frozen=True, slots=True)
class Picking:
    """The units that are shown. `chosen` is the one that was chosen, `lost` one that cannot be bought any more.

    `asked`: the buyer went on without choosing.
    """

    page: Choices
    chosen: Choice | None
    lost: Choice | None
    asked: bool

    @property
    def shown(self) -> list[Choice]:
        """The page's units; the chosen one comes first where it stands on another page."""
        if self.chosen is None or self.chosen in self.page.shown:
            return self.page.shown
        return [self.chosen, *self.page.shown]


def picked(sent: QueryDict, offer: Offer, now: dt.datetime) -> Picking:
    """What the address asks for of this offer's units; of no other's."""
    key = (offer.sku.pk, read_unit(sent.get("unit")))
    known = named([key], now).get(key) if key[1] else None
    return Picking(
        page=choices(offer.sku, now, start=whole(sent.get("from")) or 0),
        chosen=known if known and known.free else None,
        lost=known if known and not known.free else None,
        asked="choose" in sent and not (known and known.free),
    )
