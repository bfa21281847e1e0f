from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kameng.lib import clock
from kameng.lib.cardface import key
from shop.catalog.faces import category_face_name
from shop.catalog.queries import categories
from shop.storefront.cart import cart_of
from shop.storefront.head import head
from shop.storefront.shelf import face_sheet


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category as a link: `goods` is how many products it has."""

    slug: str
    name: str
    face: str
    goods: int


@dataclass(eq=False)
class Shop:
    """What every page of the shop may show; the database is asked only for what a page does show."""

    request: HttpRequest

    @property
    def name(self) -> str:
        return settings.SITE_NAME

    @property
    def support(self) -> str:
        """Where buyers write when something is wrong; empty where nobody reads."""
        return settings.SUPPORT_EMAIL

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def currency(self) -> str:
        return settings.CURRENCY

    @cached_property
    def now_epoch(self) -> int:
        """The server's time, from which clocks in the browser count."""
        return int(clock.now().timestamp())

    @property
    def wallet(self) -> int | None:
        """Minor units in the member's wallet; None for a guest."""
        return head(self.request).wallet

    @property
    def unread(self) -> int:
        """How many messages the member has not read; none for a guest."""
        return head(self.request).unread

    @property
    def in_cart(self) -> int:
        """How many products lie in the cart of this browser; the session that tells it is read for every page anyway."""
        return len(cart_of(self.request).puts)

    @cached_property
    def categories(self) -> list[Shelf]:
        return [Shelf(each.slug, each.name, category_face_name(each), each.shown) for each in categories()]  # type: ignore[attr-defined]

    @cached_property
    def shelf_faces(self) -> str:
        """The address of one image with the faces of all shelves."""
        return face_sheet(key(shelf.face, size="s") for shelf in self.categories)


def shop(request: HttpRequest) -> dict[str, Any]:
    """`shop` in every template."""
    return {"shop": Shop(request)}
