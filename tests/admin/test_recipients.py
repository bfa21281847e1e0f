"""Whoever delivers reads where it goes as the buyer confirmed it, and copies it as it is typed elsewhere."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from fulfillment.delivery.models import Fulfillment
from kameng.accounts.roles import MerchantRole
from kameng.lib import clock
from kameng.lib.inputs.base import Value
from shop.catalog.models import Sku
from shop.orders.models import OrderLine
from shop.orders.place import Item, place
from tests import factories as f
from tests.admin.composer import read
from tests.admin.people import signed_in, staff
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
