"""The admin's first page: what waits, what runs low, and what was sold; each for those who may see it."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.lib import clock
from shop.catalog.models import Sku
from shop.merchants.models import Merchant
from shop.orders.models import OrderLine
from tests.admin.people import platform, signed_in, staff
from tests.factories import NOON, by_hand, deliver_all, listing, merchant, pay_order, place_order, sku, verify_all
from tests.storefront.shopper import Seen

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON), translation.override("en"):
        yield


@pytest.fixture
def jade() -> Merchant:
    return merchant("Jade Cards")


def desk(role: str = MerchantRole.OWNER, of: Merchant | None = None) -> Seen:
    """The first page for somebody with this role."""
    user = staff(f"{role.lower()}-{of.pk}", of, role) if of else platform(role)
    return look(signed_in(user), reverse("admin:index"))


def look(client: Client, url: str) -> Seen:
    return Seen(client.get(url, headers={"accept-language": "en"}))


def sold(goods: Sku, at: dt.datetime, quantity: int = 1) -> OrderLine:
    """So many, paid for at this time."""
    with clock.at(at):
        return pay_order(place_order(goods, quantity=quantity)).lines.get()


def goods_of(seller: Merchant, title: str = "Star Abyss", units: int = 50) -> Sku:
    return sku(units=units, of=listing(title, seller=seller))


def test_today_stands_beside_the_same_weekday_until_the_same_time(jade: Merchant) -> None:
    goods = goods_of(jade)
    sold(goods, NOON - HOUR, 3)
    sold(goods, NOON - 7 * DAY - HOUR, 2)
    sold(goods, NOON - 7 * DAY + HOUR, 4)
    sold(goods, NOON - DAY)
    page = desk(of=jade)
    assert "sold ¥294.00 ¥196.00 a week ago until this time +50 %" in page.text
    assert "orders 1 1 a week ago until this time" in page.text


def test_a_first_week_is_compared_with_nothing(jade: Merchant) -> None:
    sold(goods_of(jade), NOON - HOUR)
    page = desk(of=jade)
    assert "sold ¥98.00 ¥0.00 a week ago until this time orders" in page.text


def test_thirty_days_stand_there_as_bars_and_as_a_table_and_each_opens_its_lines(jade: Merchant) -> None:
    goods = goods_of(jade)
    # Half an hour after midnight in Shanghai: the day is that of the shop, not that of the world's time.
    line = sold(goods, NOON - 3 * DAY - 11.5 * HOUR, 2)
    sold(goods, NOON - 30 * DAY)
    user = signed_in(staff("owner", jade))
    page = look(user, reverse("admin:index"))
    assert page.html.count('class="km-bar"') == 30
    assert "2026-11-19 · ¥196.00" in page.text
    assert page.text.count("¥196.00") == 2, "the day before the first of them is not there"
    row = re.search(r"2026-11-19 Thu.*?</tr>", page.html, re.DOTALL)
    assert row
    link = re.search(r'href="([^"]+)"', row[0])
    assert link
    lines = look(user, link[1].replace("&amp;", "&"))
    assert lines.status == 200
    assert line.order.shown_number in lines.text
    assert lines.text.count("Star Abyss") == 1


def test_a_shop_sees_its_own_figures_alone_and_the_platform_all(jade: Merchant) -> None:
    lotus = merchant("Lotus Keys")
    sold(goods_of(jade), NOON - HOUR)
    sold(goods_of(lotus, "Moon Harbour"), NOON - HOUR, 2)
    assert "sold ¥98.00" in desk(of=jade).text
    assert "sold ¥196.00" in desk(of=lotus).text
    assert "sold ¥294.00" in desk(PlatformRole.OPERATOR).text


def test_those_who_see_no_orders_see_no_figures(jade: Merchant) -> None:
    sold(goods_of(jade), NOON - HOUR)
    page = desk(MerchantRole.CATALOGUE, jade)
    assert "¥98.00" not in page.text
    assert "Today so far" not in page.text


def test_the_queue_of_handwork_is_there_oldest_first_with_its_clock(jade: Merchant) -> None:
    goods = by_hand(of=listing("Moon Harbour", seller=jade))
    late, fresh = sold(goods, NOON - HOUR), sold(goods, NOON - HOUR / 12)
    other = by_hand(of=listing("Sun Gate", seller=merchant("Lotus Keys")))
    sold(other, NOON - HOUR)
    verify_all()
    page = desk(MerchantRole.ORDERS, jade)
    first, second = page.text.index(late.order.shown_number), page.text.index(fresh.order.shown_number)
    assert first < second
    queue = page.text[first : page.text.index("Today so far")]
    assert "Moon Harbour 648 gems × 1 1 h 11:30 late" in queue
    assert "Moon Harbour 648 gems × 1 5 min 12:25" in queue
    assert "late" not in page.text[second : page.text.index("Today so far")]
    assert "Sun Gate" not in page.text


def test_goods_that_last_less_than_three_days_are_named_with_where_to_add_some(jade: Merchant) -> None:
    low, enough = goods_of(jade, units=10), goods_of(jade, "Moon Harbour", units=30)
    counted = by_hand(9, of=listing("Sun Gate", seller=jade))
    for n in range(7):
        sold(low, NOON - n * DAY - HOUR)
        sold(counted, NOON - n * DAY - HOUR)
        sold(enough, NOON - n * DAY - HOUR)
    deliver_all()
    page = desk(of=jade)
    assert "Sun Gate 648 gems 2 7 2.0 Add stock" in page.text
    assert "Star Abyss 648 gems 3 7 3.0" not in page.text, "three days are enough"
    sold(low, NOON - HOUR / 2)
    page = desk(of=jade)
    assert "Star Abyss 648 gems 2 8 1.8 Add stock Sun Gate" in page.text
    assert "Moon Harbour" not in page.text[page.text.index("Sold out within") : page.text.index("Today so far")]
    assert f'href="{reverse("admin:inventory_batch_add")}?sku={low.pk}"' in page.html
    assert signed_in(staff("owner", jade)).get(reverse("admin:catalog_sku_pieces", args=[counted.pk])).status_code == 200


def test_who_may_not_add_stock_is_not_sent_there(jade: Merchant) -> None:
    sold(goods_of(jade, units=2), NOON - HOUR)
    for role in (PlatformRole.OPERATOR, PlatformRole.SUPPORT):
        page = desk(role)
        assert "Star Abyss 648 gems 1 1 7.0" not in page.text
        sold(goods_of(jade, f"Moon {role}", units=2), NOON - HOUR, 2)
        page = desk(role)
        assert f"Moon {role} 648 gems 0 2 0.0" in page.text
        assert "Add stock" not in page.text
    assert "Add stock" in desk(of=jade).text


def test_an_empty_shop_has_an_empty_page_that_still_works(jade: Merchant) -> None:
    page = desk(of=jade)
    assert "sold ¥0.00" in page.text
    assert page.html.count('class="km-bar"') == 30
    assert "Next to be delivered by hand" not in page.text


def test_the_page_asks_no_more_for_more_rows(jade: Merchant) -> None:
    goods = goods_of(jade)
    sold(goods, NOON - HOUR)
    client = signed_in(staff("owner", jade))
    client.get(reverse("admin:index"))
    with_few = _queries(client)
    for n in range(12):
        sold(by_hand(of=listing(f"Sun {n}", seller=jade)), NOON - n * HOUR)
    verify_all()
    assert _queries(client) == with_few
    assert with_few <= 22


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("admin:index")).status_code == 200
    return len(asked)
