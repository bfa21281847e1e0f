"""The checkout of several lines: one page, one total, one order; what is in the way is said at its line, the rest goes on."""

import re

import pytest
from django.urls import reverse

from shop.catalog.models import PriceTier, Sku
from shop.ledger.models import Account, AccountKind
from shop.orders.models import LineStatus, Order, OrderStatus
from shop.payments.models import GatewayAccount, Payment
from tests.factories import buyer, gateway_account, listing, member, merchant, place_order, sku
from tests.storefront.carting import goods, kept, look, open_checkout, press, put, to_checkout
from tests.storefront.shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def sandbox() -> GatewayAccount:
    return gateway_account()


@pytest.fixture
def bob() -> Shopper:
    return Shopper()


def lines(order: Order) -> dict[str, tuple[int, int]]:
    return {line.title: (line.quantity, line.total) for line in order.lines.all()}


def test_a_guest_orders_from_two_merchants_and_pays_once(bob: Shopper) -> None:
    first, second = goods("Star Abyss"), goods("Moon Harbour", "Lotus Keys", price=500)
    PriceTier.objects.create(sku=first, from_quantity=2, unit_price=9000)
    page = to_checkout(bob, (first, 2), (second, 3))
    assert "Jade Cards Star Abyss 648 gems ¥180.00 ¥90.00 × 2 Lotus Keys Moon Harbour 648 gems ¥15.00 ¥5.00 × 3" in page.text
    assert page.text.count("Pay ¥195.00") == 2, "the total is what the button says"
    answer = bob.send(page)
    order, payment = Order.objects.get(), Payment.objects.get()
    assert (answer.status, answer.location) == (302, payment.pay_url)
    assert (order.total, order.currency, payment.amount) == (19_500, "CNY", 19_500)
    assert lines(order) == {"Star Abyss": (2, 18_000), "Moon Harbour": (3, 1_500)}
    assert {line.merchant.name: line.status for line in order.lines.all()} == {
        "Jade Cards": LineStatus.RESERVED,
        "Lotus Keys": LineStatus.RESERVED,
    }
    assert bob.get(reverse("pay", args=[order.number])).status == 200


def test_a_member_pays_for_all_of_it_from_the_wallet(bob: Shopper) -> None:
    user = member("Alice")
    Account.objects.create(owner=user.holder, kind=AccountKind.WALLET, currency="CNY", balance=50_000)
    bob.client.force_login(user)
    page = to_checkout(bob, goods("Star Abyss"), (goods("Moon Harbour", "Lotus Keys"), 2))
    assert "¥500.00 available, ¥206.00 left afterwards" in page.text
    bob.send(page, method="wallet")
    assert Order.objects.get().status == OrderStatus.PAID


class TestAfterwards:
    def test_what_was_bought_leaves_the_cart_and_nothing_else(self, bob: Shopper) -> None:
        first, second, third = goods("One"), goods("Two"), goods("Three")
        for made in (first, second, third):
            put(bob, made)
        answer = press(bob, "go", take=[first.pk, third.pk])
        bob.send(bob.get(answer.response["Location"]))
        assert lines(Order.objects.get()).keys() == {"One", "Three"}
        assert kept(bob) == {second.pk: 1}

    def test_what_another_tab_put_in_meanwhile_stays(self, bob: Shopper) -> None:
        made, other = goods("One"), goods("Two")
        page = to_checkout(bob, made)
        put(bob, other, 2)
        bob.send(page)
        assert kept(bob) == {other.pk: 2}

    def test_buying_at_once_leaves_the_cart_alone(self, bob: Shopper) -> None:
        made = goods("One")
        put(bob, made, 2)
        bob.order(made)
        assert kept(bob) == {made.pk: 2}

    def test_what_was_refused_stays(self, bob: Shopper) -> None:
        made = goods("One")
        page = to_checkout(bob, made)
        assert bob.send(page, email="nobody").status == 200
        assert kept(bob) == {made.pk: 1}


class TestADoubleClick:
    def test_is_one_order_and_one_payment(self, bob: Shopper) -> None:
        page = to_checkout(bob, goods("One", units=1), (goods("Two", units=2), 2))
        first, second = bob.send(page), bob.send(page)
        assert first.location == second.location
        assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
        assert kept(bob) == {}

    def test_of_the_same_form_in_two_tabs_is_one_order_too(self, bob: Shopper) -> None:
        page = to_checkout(bob, goods("One"), goods("Two"))
        again = Shopper(client=bob.client)
        assert bob.send(page).location == again.send(page).location
        assert Order.objects.count() == 1

    def test_of_a_stranger_orders_nothing(self, bob: Shopper) -> None:
        page = to_checkout(bob, goods("One"), goods("Two"))
        bob.send(page)
        assert "This form was already sent" in Shopper("eve@example.com").send(page).text
        assert Order.objects.count() == 1


class TestSoldOutMeanwhile:
    def test_is_said_at_its_line_and_the_rest_can_be_ordered(self, bob: Shopper) -> None:
        gone, there = goods("Gone", units=1), goods("There", price=500)
        page = to_checkout(bob, gone, (there, 2))
        place_order(gone, by=buyer("Eve"))
        answer = bob.send(page)
        assert "Gone 648 gems is sold out." in answer.text
        assert "Gone 648 gems ¥98.00 ¥98.00 × 1 Sold out" in answer.text
        assert "Nothing was ordered." in answer.text
        assert "Go on with what is there, pay ¥10.00" in answer.text
        assert "Pay ¥108.00" not in answer.text
        assert not Order.objects.filter(email=bob.email).exists()
        button = re.search(r'name="instead" value="([^"]+)"', answer.html)
        assert button is not None
        assert bob.send(answer, instead=button[1]).status == 302
        assert lines(Order.objects.latest("pk")) == {"There": (2, 1_000)}
        assert kept(bob) == {gone.pk: 1}, "what was not bought waits in the cart"

    def test_of_some_takes_what_is_left(self, bob: Shopper) -> None:
        few, there = goods("Few", units=4), goods("There", price=500)
        PriceTier.objects.create(sku=few, from_quantity=3, unit_price=9000)
        page = to_checkout(bob, (few, 3), there)
        place_order(few, quantity=2, by=buyer("Eve"))
        answer = bob.send(page)
        assert "Only 2 left of Few 648 gems." in answer.text
        assert "Few 648 gems ¥270.00 ¥90.00 × 3 Only 2 left" in answer.text
        assert "Go on with what is there, pay ¥201.00" in answer.text
        bob.send(answer, instead=f"{few.pk}x2.{there.pk}x1")
        assert lines(Order.objects.latest("pk")) == {"Few": (2, 19_600), "There": (1, 500)}

    def test_of_everything_leads_back_to_the_cart(self, bob: Shopper) -> None:
        first, second = goods("One", units=1), goods("Two", units=1)
        page = to_checkout(bob, first, second)
        place_order(first, second, by=buyer("Eve"))
        answer = bob.send(page)
        assert "All of this is sold out at the moment. Others were faster; nothing was ordered." in answer.text
        assert 'name="instead"' not in answer.html
        assert 'href="/cart/"' in answer.html

    def test_with_the_last_line_of_a_cart_says_it_as_for_one_product(self, bob: Shopper) -> None:
        made = goods("Star Abyss", units=4)
        page = to_checkout(bob, (made, 3))
        place_order(made, quantity=2, by=buyer("Eve"))
        answer = bob.send(page)
        assert "Only 2 pieces are left. Others were faster; nothing was ordered." in answer.text
        assert "Take 2, pay ¥196.00" in answer.text
        assert bob.send(answer, instead=f"{made.pk}x2").status == 302


def test_before_anything_is_sent_what_is_missing_is_marked(bob: Shopper) -> None:
    gone, there = goods("Gone", units=0), goods("There")
    page = open_checkout(bob, f"{gone.pk}x1.{there.pk}x1")
    assert "Not all of this is there. What is missing is marked above" in page.text
    assert "Nothing was ordered" not in page.text


def test_a_price_that_changed_meanwhile_is_shown_at_its_line_first(bob: Shopper) -> None:
    made, other = goods("Star Abyss"), goods("Moon Harbour", price=500)
    page = to_checkout(bob, made, other)
    Sku.objects.filter(pk=made.pk).update(price=10_800)
    answer = bob.send(page)
    assert "from ¥103.00 to ¥113.00" in answer.text
    assert "¥108.00 × 1 · ¥98.00 when you put it in" in answer.text
    assert answer.text.count("when you put it in") == 1, "not at the other line"
    assert not Order.objects.exists()
    assert bob.send(answer).status == 302
    assert Order.objects.get().total == 11_300


class TestTakenOffSaleMeanwhile:
    def test_some_of_it_orders_nothing_and_shows_the_rest(self, bob: Shopper) -> None:
        gone, there = goods("Gone"), goods("There", price=500)
        page = to_checkout(bob, gone, there)
        Sku.objects.filter(pk=gone.pk).update(on_sale=False)
        answer = bob.send(page)
        assert "1 product is not on sale any more. Nothing was ordered; below is what is left." in answer.text
        assert answer.text.count("Pay ¥5.00") == 2
        assert not Order.objects.exists()
        bob.send(answer)
        assert lines(Order.objects.get()) == {"There": (1, 500)}

    def test_is_said_before_anything_is_sent(self, bob: Shopper) -> None:
        gone, there = goods("Secret plans", on_sale=False), goods("There", price=500)
        page = open_checkout(bob, f"{gone.pk}x1.{there.pk}x1")
        assert "1 product is not on sale any more and was left out." in page.text
        assert "Secret" not in page.text, "whoever makes up an address learns no names"

    def test_all_of_it_leads_back_to_the_cart(self, bob: Shopper) -> None:
        gone = goods("Gone")
        page = to_checkout(bob, gone)
        Sku.objects.filter(pk=gone.pk).update(on_sale=False)
        for answer in (bob.send(page), open_checkout(bob, f"{gone.pk}x1")):
            assert (answer.status, answer.location) == (302, reverse("cart"))
        assert "Nothing of that is on sale now, so nothing was ordered." in look(bob).text
        assert "Not on sale any more." in look(bob).text


class TestLimits:
    def test_on_units_are_said_with_the_name_and_what_can_be_had(self, bob: Shopper) -> None:
        made, other = goods("Star Abyss", units=20), goods("Moon Harbour", price=500)
        page = open_checkout(bob, f"{made.pk}x6.{other.pk}x1")
        assert "Star Abyss 648 gems ¥588.00 ¥98.00 × 6 At most 5 at a time" in page.text
        assert "Go on with what is there, pay ¥495.00" in page.text
        assert "You can hold at most 5 unpaid units of Star Abyss 648 gems at a time." in bob.send(page).text
        assert bob.send(page, instead=f"{made.pk}x5.{other.pk}x1", seen_instead="49500").status == 302

    def test_on_unpaid_orders_show_where_to_pay_them(self, bob: Shopper) -> None:
        made = goods("Star Abyss", units=20)
        for _each in range(3):
            bob.order(made)
        answer = bob.send(to_checkout(bob, goods("One"), goods("Two")))
        assert "You already have 3 unpaid orders" in answer.text
        assert answer.text.count("Pay ¥98.00 for") == 3
        assert len(kept(bob)) == 2


def test_one_line_of_a_cart_looks_as_a_product_bought_at_once(bob: Shopper) -> None:
    made = sku(units=5, of=listing("Star Abyss", warning="Only for the global server."))
    page = to_checkout(bob, (made, 2))
    assert "648 gems × 2 ¥98.00 each ¥196.00" in page.text
    assert "Only for the global server." in page.text
    assert set(page.fields()) == {"nonce", "cart", "seen", "email", "method"}


def test_every_line_says_its_warning_and_its_clock_where_they_differ(bob: Shopper) -> None:
    quick = sku(units=5, of=listing("Quick", warning="Only for the global server."), promise_seconds=60, refund_seconds=1800)
    slow = sku(units=5, of=listing("Slow", seller=merchant("Lotus")), promise_seconds=300, refund_seconds=7200)
    text = to_checkout(bob, quick, slow).text
    assert "Only for the global server." in text
    assert "within 1 min, or back after 30 min" in text
    assert "within 5 min, or back after 2 h" in text
    assert "All here within 5 min; what has no result after 2 h is paid back by itself." in text
