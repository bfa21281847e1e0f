"""Choosing one account on the pages: the list, the cart, the checkout, and what is said when it is gone."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kameng.lib import clock
from shop.catalog.models import Kind, Sku
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.expire import expire
from shop.orders.models import Order
from shop.orders.place import place
from tests import factories
from tests.factories import accounts, buyer, gateway_account, listing, pick
from tests.storefront.carting import line, look, put
from tests.storefront.shopper import Seen, Shopper

pytestmark = pytest.mark.django_db

SECRETS = {"Sword mage": "mage----1", "Archer": "archer----2", "Healer": "healer----3"}


@pytest.fixture(autouse=True)
def _paying() -> None:
    gateway_account()


@pytest.fixture
def goods() -> Sku:
    return accounts(SECRETS, of=listing("Star Abyss", slug="star"))


@pytest.fixture
def bob() -> Shopper:
    return Shopper()


def ref(goods: Sku, description: str) -> str:
    return pick(goods, description).unit


def listed(page: Seen) -> list[str]:
    """The descriptions that can be chosen."""
    found = re.findall(r'name="unit"[^>]*>\s*<span[^>]*>(.*?)</span>', page.html, re.DOTALL)
    return [text.strip() for text in found]


def checkout(bob: Shopper, goods: Sku, description: str) -> Seen:
    return bob.get(reverse("checkout"), {"sku": goods.pk, "quantity": 1, "unit": ref(goods, description)})


def taken(goods: Sku, description: str) -> Order:
    return place(buyer=buyer("Eve"), items=[pick(goods, description)], nonce=f"eve-{description}", now=clock.now())


class TestProductPage:
    def test_lists_descriptions_and_no_secret(self, goods: Sku, bob: Shopper) -> None:
        page = bob.get("/p/star/")
        assert listed(page) == ["Sword mage", "Archer", "Healer"]
        assert not any(secret in page.html for secret in SECRETS.values())
        assert 'name="quantity" value="1"' in page.html
        assert "data-stepper" not in page.html

    def test_keeps_the_choice_and_lists_twenty_at_a_time(self, bob: Shopper) -> None:
        goods = accounts({f"No {n}": f"s----{n}" for n in range(45)}, of=listing("Many", slug="many"))
        first = bob.get("/p/many/")
        assert listed(first) == [f"No {n}" for n in range(20)]
        assert 'name="from" value="20"' in first.html
        second = bob.get("/p/many/", {"sku": goods.pk, "unit": ref(goods, "No 3"), "from": 20})
        assert listed(second) == ["No 3", *(f"No {n}" for n in range(20, 40))]
        assert second.fields()["unit"] == ref(goods, "No 3")
        last = bob.get("/p/many/", {"from": 40})
        assert listed(last) == [f"No {n}" for n in range(40, 45)]
        assert 'name="from" value="60"' not in last.html

    def test_what_is_held_is_not_listed_and_what_lapsed_is(self, goods: Sku, bob: Shopper) -> None:
        taken(goods, "Archer")
        assert listed(bob.get("/p/star/")) == ["Sword mage", "Healer"]
        with clock.at(clock.now() + dt.timedelta(minutes=16)):
            assert listed(bob.get("/p/star/")) == ["Sword mage", "Healer", "Archer"]

    def test_going_on_without_a_choice_comes_back_and_says_so(self, goods: Sku, bob: Shopper) -> None:
        answer = bob.get(reverse("checkout"), {"sku": goods.pk, "quantity": 1})
        assert (answer.status, answer.location) == (302, "/p/star/")
        page = bob.get(answer.response["Location"])
        assert "Choose the one you want first: no two are alike." in page.text
        assert page.html.index("data-error-summary") < page.html.index('name="unit"')

    @pytest.mark.parametrize("unit", ["", "x", "0" * 32, "0" * 31 + "٣", "0" * 4000, "-1", "%00"])
    def test_odd_references_choose_nothing(self, goods: Sku, bob: Shopper, unit: str) -> None:
        for start in ("0", "-1", "x", "999999999999999999999"):
            page = bob.get("/p/star/", {"unit": unit, "from": start})
            assert (page.status, page.fields().get("unit")) == (200, None)
        assert bob.get(reverse("checkout"), {"sku": goods.pk, "unit": unit}).status in (200, 302)
        assert bob.post(reverse("cart_add"), {"sku": goods.pk, "unit": unit}).location == "/p/star/"

    def test_a_unit_of_another_sku_is_not_told(self, goods: Sku, bob: Shopper) -> None:
        other = accounts({"Knight": "knight----9"}, of=listing("Other"))
        page = bob.get("/p/star/", {"unit": ref(other, "Knight")})
        at_checkout = bob.get(reverse("checkout"), {"sku": goods.pk, "quantity": 1, "unit": ref(other, "Knight")})
        assert "Knight" not in page.text + at_checkout.text
        assert "This one is gone" in at_checkout.text

    def test_asks_no_more_for_a_thousand_units_than_for_ten(self, bob: Shopper) -> None:
        counts = []
        goods = accounts({f"No {n}": f"s----{n}" for n in range(10)}, of=listing("Many", slug="many"))
        wanted = {"unit": ref(goods, "No 1")}
        bob.get("/p/many/")
        for more in (0, 990):
            for row in factories.stock(goods, more) if more else []:
                StockUnit.objects.filter(pk=row.pk).update(description="another")
            with CaptureQueriesContext(connection) as asked:
                bob.get("/p/many/", wanted)
            counts.append(len(asked))
        # A full page need not look for what lapsed.
        assert counts == [7, 6]


class TestOrdering:
    def test_the_chosen_one_is_shown_ordered_and_named_on_the_pay_page(self, goods: Sku, bob: Shopper) -> None:
        page = checkout(bob, goods, "Archer")
        assert "Archer" in page.text
        assert "Healer" not in page.text
        assert bob.send(page).status == 302
        order = Order.objects.get()
        assert [each.description for each in order.lines.all()] == ["Archer"]
        assert "Star Abyss 60 level · Archer × 1" in bob.get(reverse("pay", args=[order.number])).text

    def test_gone_meanwhile_names_it_keeps_the_form_and_leads_to_the_others(self, goods: Sku, bob: Shopper) -> None:
        page = checkout(bob, goods, "Archer")
        taken(goods, "Archer")
        answer = bob.send(page, email="someone@example.com")
        assert answer.status == 200
        assert "“Archer” is gone: somebody else was faster." in answer.text
        assert 'value="someone@example.com"' in answer.html
        assert f'href="/p/star/?sku={goods.pk}#units"' in answer.html
        assert Order.objects.count() == 1

    def test_gone_before_the_checkout_opens_says_so(self, goods: Sku, bob: Shopper) -> None:
        taken(goods, "Archer")
        page = checkout(bob, goods, "Archer")
        assert "This one is gone: somebody else was faster." in page.text
        assert "Pay ¥98.00" not in page.text

    def test_an_expired_order_puts_it_back_on_the_list(self, goods: Sku, bob: Shopper) -> None:
        order = taken(goods, "Archer")
        later = clock.now() + dt.timedelta(minutes=16)
        expire(order_id=order.pk, now=later)
        with clock.at(later):
            assert listed(bob.get("/p/star/")) == ["Sword mage", "Archer", "Healer"]

    def test_the_order_page_the_mail_and_the_list_of_orders_say_which(self, goods: Sku, bob: Shopper) -> None:
        bob.send(checkout(bob, goods, "Archer"))
        order = Order.objects.get()
        factories.pay_order(order)
        factories.deliver_all()
        page = bob.get(reverse("order", args=[order.number]))
        assert "Archer" in page.text
        assert "archer----2" not in page.html


class TestCart:
    def test_another_unit_of_the_same_sku_is_another_line(self, goods: Sku, bob: Shopper) -> None:
        put(bob, goods, unit=ref(goods, "Archer"))
        put(bob, goods, unit=ref(goods, "Healer"))
        put(bob, goods, unit=ref(goods, "Archer"))
        page = look(bob)
        assert "2 products" in page.text
        names = [f"{goods.pk}-{ref(goods, name)}" for name in ("Archer", "Healer")]
        assert re.findall(r'name="take" value="([^"]*)"', page.html) == names

    def test_both_are_ordered_together(self, goods: Sku, bob: Shopper) -> None:
        code = ".".join(f"{goods.pk}-{ref(goods, name)}x1" for name in ("Archer", "Healer"))
        page = bob.get(reverse("checkout"), {"cart": code})
        assert bob.send(page).status == 302
        assert sorted(Order.objects.get().lines.values_list("description", flat=True)) == ["Archer", "Healer"]
        assert goods.units.filter(status=UnitStatus.RESERVED).count() == 2

    def test_what_is_gone_is_marked_and_the_rest_can_be_bought(self, goods: Sku, bob: Shopper) -> None:
        put(bob, goods, unit=ref(goods, "Archer"))
        put(bob, goods, unit=ref(goods, "Healer"))
        taken(goods, "Archer")
        assert "This one is gone: somebody else was faster." in look(bob).text
        code = ".".join(f"{goods.pk}-{ref(goods, name)}x1" for name in ("Archer", "Healer"))
        page = bob.get(reverse("checkout"), {"cart": code})
        assert bob.send(page, instead=f"{goods.pk}-{ref(goods, 'Healer')}x1", seen_instead="9800").status == 302
        assert Order.objects.latest("pk").lines.get().description == "Healer"

    def test_nothing_goes_in_without_a_choice(self, goods: Sku, bob: Shopper) -> None:
        answer = put(bob, goods)
        assert answer.location == "/p/star/"
        assert "Choose the one you want first" in bob.get(answer.response["Location"]).text
        assert "Your cart is empty" in look(bob).text

    def test_a_line_from_before_the_goods_became_accounts_asks_for_a_choice(self, bob: Shopper) -> None:
        keys = factories.sku(units=3, of=listing("Keys", slug="keys"))
        put(bob, keys)
        Sku.objects.update(kind=Kind.ACCOUNT)
        page = look(bob)
        assert "Choose the one you want" in page.text
        assert line(page, "Keys").status == 200
