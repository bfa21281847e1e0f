"""Where it goes: filled in, compared as it will be used, and only then ordered."""

import re
from typing import Any

import pytest
from django.urls import reverse

from shop.catalog.models import Sku
from shop.orders.models import Order, OrderLine
from shop.orders.place import Item, place
from shop.orders.recipients import BadRecipient
from shop.payments.models import GatewayAccount
from tests.factories import NOON, buyer, gateway_account, listing, member, pay_order, sku
from tests.storefront.asking import QQ, ROLE, to, top_up
from tests.storefront.shopper import Seen, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

COMPARE_FIRST = "Compare where it goes, and tick that it is right."


@pytest.fixture(autouse=True)
def sandbox() -> GatewayAccount:
    return gateway_account()


def tick(page: Seen, made: Sku) -> dict[str, str]:
    """The tick that confirms what this page shows."""
    found = re.search(rf'name="to{made.pk}\.confirmed"\s+value="([^"]+)"', page.html)
    assert found, page.text
    return {f"to{made.pk}.confirmed": found[1]}


def member_at_the_desk(name: str = "Alice") -> Shopper:
    shopper = Shopper(email=f"{name.lower()}@example.com")
    shopper.client.force_login(member(name))
    return shopper


def bought(shopper: Shopper, goods: Sku) -> Order:
    """One of it, for this role, filled in, compared and ordered."""
    typed = to(goods, role="1082774365")
    compared = shopper.send(shopper.checkout(goods), **typed)
    assert shopper.send(compared, **typed, **tick(compared, goods)).status == 302
    return Order.objects.latest("pk")


def recipient() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = OrderLine.objects.latest("pk").recipient
    return found


def test_first_it_is_compared_and_then_ordered_as_compared() -> None:
    goods, bob = top_up(), Shopper()
    typed = to(goods, role="１０８２ 7743 65")
    compared = bob.send(bob.checkout(goods), **typed)
    assert compared.status == 200
    assert COMPARE_FIRST in compared.text
    assert "Role ID 1082 7743 65" in compared.text
    assert not Order.objects.exists()
    answer = bob.send(compared, **typed, **tick(compared, goods))
    assert (answer.status, answer.location.startswith("/sandbox/")) == (302, True)
    assert recipient() == [
        {"key": "role", "label": "Role ID", "type": "role-id", "value": "1082774365", "shown": "1082 7743 65"}
    ]


def test_a_page_just_opened_has_nothing_to_compare_and_nothing_wrong() -> None:
    page = Shopper().checkout(top_up())
    assert "2 · Where it goes" in page.text
    assert "3 · Compare where it goes" in page.text
    assert "4 · How to pay" in page.text
    assert "When everything above is filled in, it stands here as it will be used." in page.text
    assert "Please check this first" not in page.text


def test_goods_that_ask_for_nothing_have_no_such_step() -> None:
    page = Shopper().checkout(sku(units=1))
    assert "Where it goes" not in page.text
    assert "2 · How to pay" in page.text
    assert "htmx-2" not in page.html


def test_a_wrong_value_is_named_stays_and_leads_to_its_input() -> None:
    goods, bob = top_up(), Shopper()
    page = bob.send(bob.checkout(goods), **to(goods, role="1082"), email="bob")
    assert "Role ID: 5 missing: you typed 4, it takes 9 to 10" in page.text
    assert f'href="#id_to{goods.pk}-role"' in page.html
    assert page.fields()[f"to{goods.pk}-role"] == "1082"
    assert "There is no @ in it." in page.text, "everything that is wrong is said at once"
    assert not Order.objects.exists()


def test_what_is_changed_after_the_tick_is_compared_again() -> None:
    goods, bob = top_up(), Shopper()
    compared = bob.send(bob.checkout(goods), **to(goods, role="1082774365"))
    ticked = tick(compared, goods)
    again = bob.send(compared, **to(goods, role="1082774366"), **ticked)
    assert COMPARE_FIRST in again.text
    assert tick(again, goods) != ticked
    assert not Order.objects.exists()


def test_two_products_of_a_cart_have_a_recipient_each() -> None:
    first, second = top_up(), top_up(QQ | {"required": True}, of=listing("Moon Harbour"))
    bob = Shopper()
    code = f"{first.pk}x1.{second.pk}x2"
    page = bob.get(reverse("checkout"), {"cart": code})
    typed = to(first, role="1082774365") | to(second, qq="10001")
    compared = bob.send(page, **typed)
    answer = bob.send(compared, **typed, **tick(compared, first), **tick(compared, second))
    assert answer.status == 302
    kept = {line.sku_id: [each["value"] for each in line.recipient] for line in OrderLine.objects.all()}
    assert kept == {first.pk: ["1082774365"], second.pk: ["10001"]}


def test_one_tick_is_not_enough_for_two() -> None:
    first, second = top_up(), top_up(of=listing("Moon Harbour"))
    bob = Shopper()
    typed = to(first, role="1082774365") | to(second, role="1082774365")
    compared = bob.send(bob.get(reverse("checkout"), {"cart": f"{first.pk}x1.{second.pk}x1"}), **typed)
    again = bob.send(compared, **typed, **tick(compared, first))
    assert again.status == 200
    assert again.text.count(COMPARE_FIRST) == 1
    assert not Order.objects.exists()


def test_the_smaller_order_that_is_offered_goes_where_it_was_to_go() -> None:
    goods, bob = top_up(pieces=2), Shopper()
    typed = to(goods, role="1082774365")
    page = bob.send(bob.checkout(goods, 2), **typed)
    other = Shopper("eve@example.com")
    other.send(other.send(other.checkout(goods), **typed), **typed, **tick(page, goods))
    short = bob.send(page, **typed, **tick(page, goods))
    assert "Only 1 left" in short.text
    assert bob.send(short, **typed, **tick(short, goods), instead="1").status == 302
    assert [line.recipient[0]["value"] for line in OrderLine.objects.all()] == ["1082774365"] * 2


def test_a_member_fills_in_the_same_as_last_time_with_one_press() -> None:
    goods, alice = top_up(), member_at_the_desk()
    assert "Same as last time" not in alice.checkout(goods).text
    bought(alice, goods)
    page = alice.checkout(top_up(of=goods.listing, value="30"))
    assert "Same as last time" in page.text
    found = re.search(r'href="([^"]+last=1)"', page.html)
    assert found
    filled = alice.get(found[1].replace("&amp;", "&"))
    assert "1082 7743 65" in filled.fields().values()
    assert "Same as last time" not in filled.text


def test_nobody_sees_what_another_member_filled_in() -> None:
    goods, alice = top_up(), member_at_the_desk()
    bought(alice, goods)
    for other in (member_at_the_desk("Eve"), Shopper(email="alice@example.com")):
        page = other.get(reverse("checkout"), {"sku": goods.pk, "quantity": 1, "last": 1})
        assert "1082" not in page.html
        assert "Same as last time" not in page.text


def judged(shopper: Shopper, goods: Sku, changed: str, **values: str) -> Seen:
    sent = {"sku": goods.pk, "quantity": 1, "changed": f"to{goods.pk}-{changed}"} | to(goods, **values)
    return shopper.post(reverse("checkout_recipient"), sent)


def test_a_field_is_judged_as_soon_as_it_is_left_and_no_other() -> None:
    goods = top_up()
    page = judged(Shopper(), goods, "qq", qq="0123456")
    assert "A QQ number does not start with 0" in page.text
    assert f'id="id_to{goods.pk}-qq_field"' in page.html
    assert f'id="id_to{goods.pk}-role_field"' not in page.html, "it is not filled in yet"
    assert "When everything above is filled in" in page.text


def test_when_all_is_good_it_stands_there_to_be_compared() -> None:
    goods = top_up()
    page = judged(Shopper(), goods, "role", role="1082774365")
    assert "Role ID 1082 7743 65" in page.text
    assert "Tick that it is right; then you can pay." not in page.text, "nobody has pressed anything yet"
    assert "Now compare where it goes, and tick that it is right." in page.html


@pytest.mark.parametrize(
    "sent", [{}, {"sku": "x"}, {"cart": "..x"}, {"sku": "9" * 30, "changed": "\0"}, {"changed": "to1-role"}]
)
def test_what_no_page_sends_is_answered_with_nothing(sent: dict[str, str]) -> None:
    page = Shopper().post(reverse("checkout_recipient"), sent)
    assert page.status == 200
    assert "_field" not in page.html


def test_it_is_only_sent_never_opened() -> None:
    assert Shopper().get(reverse("checkout_recipient")).status == 405


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ({}, [ROLE]),
        ({"role": "1082"}, [ROLE]),
        ({"role": "1082774365", "server": "East"}, [ROLE]),
        ({"role": "1082774365"}, []),
        ({"role": {"region": "East"}}, [ROLE]),
    ],
    ids=["missing", "too short", "one too many", "asks for nothing", "of another shape"],
)
def test_the_verb_takes_only_what_is_asked_for_now(given: dict[str, Any], asks: list[dict[str, Any]]) -> None:
    goods = top_up()
    Sku.objects.filter(pk=goods.pk).update(recipient_fields=asks)
    with pytest.raises(BadRecipient, match="Nothing was ordered"):
        place(buyer=buyer(), items=[Item(goods.pk, 1, given)], nonce="n" * 22, now=NOON)
    assert not Order.objects.exists()


def test_a_merchant_who_asks_for_more_meanwhile_gets_it() -> None:
    goods, bob = top_up(ROLE), Shopper()
    typed = to(goods, role="1082774365")
    compared = bob.send(bob.checkout(goods), **typed)
    Sku.objects.filter(pk=goods.pk).update(recipient_fields=[ROLE, QQ | {"required": True}])
    again = bob.send(compared, **typed, **tick(compared, goods))
    assert "QQ: Please fill this in." in again.text
    assert not Order.objects.exists()


def test_pay_page_and_order_page_say_where_it_goes() -> None:
    bob = Shopper()
    order = bought(bob, top_up())
    assert "Role ID 1082 7743 65" in bob.get(reverse("pay", args=[order.number])).text
    pay_order(order)
    assert "Role ID 1082 7743 65" in bob.get(reverse("order", args=[order.number])).text


def test_the_product_says_what_it_will_ask_for() -> None:
    goods = top_up()
    page = Shopper().get(reverse("listing", args=[goods.listing.slug]))
    assert "You will be asked for: Role ID, QQ" in page.text
