"""Whoever delivers reads where it goes as the buyer confirmed it, and copies it as it is typed elsewhere."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from fulfillment.delivery.models import Fulfillment
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.lib import clock
from kameng.lib.inputs.base import Value
from shop.catalog.models import Sku
from shop.orders.models import OrderLine
from shop.orders.place import Item, place
from tests import factories as f
from tests.admin.composer import read
from tests.admin.people import platform, signed_in, staff
from tests.storefront.asking import ROLE, top_up

pytestmark = pytest.mark.django_db

SERVER = {
    "key": "server",
    "type": "server",
    "label": "Server",
    "params": {"regions": [{"name": "Asia", "items": ["Sakura"]}]},
}
FILLED: dict[str, Value] = {"role": "1082774365", "server": {"region": "Asia", "server": "Sakura"}}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def bought(sku: Sku, filled: dict[str, Value]) -> OrderLine:
    f.pay_order(place(buyer=f.buyer(), items=[Item(sku.pk, 1, filled)], nonce="once", now=clock.now()))
    f.verify_all()
    return OrderLine.objects.get(sku=sku)


def page(line: OrderLine, address: str) -> str:
    browser = signed_in(staff("Sam", line.merchant, MerchantRole.ORDERS))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_a_line_and_the_desk_show_it_readable() -> None:
    line = bought(top_up(ROLE, SERVER), FILLED)
    desk = reverse("admin:delivery_handdelivery_change", args=[Fulfillment.objects.get(line=line).pk])
    for address in (reverse("admin:orders_orderline_change", args=[line.pk]), desk):
        html = page(line, address)
        assert "Role ID 1082 7743 65" in read(html)
        assert "Server Asia / Sakura" in read(html)
        assert 'data-copy="1082774365"' in html
        assert 'data-copy="Asia / Sakura"' in html
        assert "{&#x27;" not in html


def test_a_line_that_goes_nowhere_says_nothing_of_it() -> None:
    line = bought(f.by_hand(), {})
    assert "as the buyer confirmed it" not in page(line, reverse("admin:orders_orderline_change", args=[line.pk])).lower()


def found(browser: Client, asked: str, model: str = "order") -> int:
    """How many rows the list shows for what was asked."""
    answer = browser.get(reverse(f"admin:orders_{model}_changelist"), {"q": asked})
    assert answer.status_code == 200
    count: int = answer.context["cl"].result_count
    return count


def test_the_page_of_an_order_shows_where_its_lines_go_and_to_a_merchant_only_its_own() -> None:
    mine, theirs = top_up(ROLE, SERVER), top_up(of=f.listing(seller=f.merchant("Lotus Keys")))
    items = [Item(mine.pk, 1, FILLED), Item(theirs.pk, 1, {"role": "9988776655"})]
    order = f.pay_order(place(buyer=f.buyer(), items=items, nonce="both", now=clock.now()))
    address = reverse("admin:orders_order_change", args=[order.pk])
    html = page(OrderLine.objects.get(sku=mine), address)
    assert "Role ID 1082 7743 65" in read(html)
    assert "Server Asia / Sakura" in read(html)
    assert "9988 7766 55" not in read(html)
    platform_page = signed_in(platform(PlatformRole.SUPPORT)).get(address).content.decode()
    assert "9988 7766 55" in read(platform_page)


@pytest.mark.parametrize(
    "asked", ["1082774365", "1082 7743 65", " 1082-7743-65 ", "１０８２７７４３６５", "asia / sakura", "Sakura"]
)
def test_support_and_the_merchant_find_an_order_by_what_its_buyer_filled_in(asked: str) -> None:
    line = bought(top_up(ROLE, SERVER), FILLED)
    f.pay_order()
    for browser in (signed_in(platform(PlatformRole.SUPPORT)), signed_in(staff("Sam", line.merchant, MerchantRole.ORDERS))):
        assert (found(browser, asked), found(browser, asked, "orderline")) == (1, 1)


@pytest.mark.parametrize("asked", ["108277436", "role", "role-id", "Role ID", "10%", "_" * 10, '"value"', "x" * 500, "\\"])
def test_what_no_buyer_filled_in_finds_nothing(asked: str) -> None:
    bought(top_up(ROLE, SERVER), FILLED)
    assert found(signed_in(platform(PlatformRole.SUPPORT)), asked) == 0


def test_letters_beyond_ascii_are_found_too() -> None:
    server = {**SERVER, "params": {"regions": [{"name": "亚服", "items": ["樱花"]}]}}
    bought(top_up(ROLE, server), {"role": "1082774365", "server": {"region": "亚服", "server": "樱花"}})
    assert found(signed_in(platform(PlatformRole.SUPPORT)), "亚服 / 樱花") == 1


def test_a_merchant_finds_nothing_by_what_was_filled_in_for_another() -> None:
    bought(top_up(ROLE, SERVER), FILLED)
    stranger = staff("Eve", f.merchant("Lotus Keys"), MerchantRole.OWNER)
    assert (found(signed_in(stranger), "1082774365"), found(signed_in(stranger), "1082774365", "orderline")) == (0, 0)


def test_searching_asks_no_more_for_many_than_for_few() -> None:
    goods, browser, asked = top_up(ROLE, pieces=99), signed_in(platform(PlatformRole.SUPPORT)), []
    for count in (1, 12):
        for n in range(count):
            items = [Item(goods.pk, 1, {"role": "1082774365"})]
            place(buyer=f.buyer(f"Buyer{count}-{n}"), items=items, nonce=f"{count} {n}", now=clock.now())
        with CaptureQueriesContext(connection) as queries:
            assert found(browser, "1082774365") >= count
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
