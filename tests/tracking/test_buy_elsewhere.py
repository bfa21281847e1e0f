"""After the money came back the page leads on: to the same goods elsewhere, or to others, and never to the same product."""

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from fulfillment.delivery.clock import refund_overdue
from kameng.lib import clock
from shop.catalog.models import Sku
from shop.orders.models import Order
from tests import factories as f
from tests.factories import NOON
from tests.tracking.visitors import guest_of, page

pytestmark = pytest.mark.django_db
LATE = NOON + dt.timedelta(minutes=31)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def came_to_nothing(sku: Sku) -> Order:
    """An order of this SKU whose time was up."""
    order = f.pay_order(f.place_order(sku))
    refund_overdue(line_id=f.line_of(order).pk, now=LATE)
    return order


def leads_to(order: Order, label: str) -> str:
    """The address behind the button that says so."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>\s*{label}\s*</a>', page(guest_of(order), order))
    assert found, label
    return unescape(found[1])


def test_the_same_goods_of_another_merchant_come_first() -> None:
    never = f.sku(units=2)
    f.sku(units=2, of=f.listing(seller=f.merchant("Dear Cards")), price=9900)
    other = f.sku(units=2, of=f.listing(seller=f.merchant("Lotus Keys")), price=9850)
    f.sku(units=0, of=f.listing(seller=f.merchant("Empty Shelf")), price=100)
    order = came_to_nothing(never)
    assert leads_to(order, "Buy from another merchant") == f"/p/{other.listing.slug}/?sku={other.pk}"


def test_else_their_shelf_without_this_product() -> None:
    never = f.sku(units=2)
    f.sku(units=2, of=f.listing("Moon Harbour"))
    address = leads_to(came_to_nothing(never), "Look at other goods")
    assert address == f"/c/{never.listing.category.slug}/?without={never.listing.slug}"
    shelf = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert "Moon Harbour" in shelf
    assert f"/p/{never.listing.slug}/" not in shelf


def test_where_the_shelf_has_nothing_else_the_whole_shop_without_it() -> None:
    never = f.sku(units=2)
    f.sku(units=2, of=f.listing("Moon Harbour", category=f.category("Software")))
    address = leads_to(came_to_nothing(never), "Look at other goods")
    assert address == f"/search/?without={never.listing.slug}"
    shop = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert "Moon Harbour" in shop
    assert f"/p/{never.listing.slug}/" not in shop
