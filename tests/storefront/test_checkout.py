"""One page from the form to the place where it is paid; whatever goes wrong, nothing typed is lost."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from kameng.lib import clock
from shop.catalog.models import Sku
from shop.ledger.models import Account, AccountKind
from shop.orders.models import Order, OrderStatus
from shop.payments.models import GatewayAccount, Payment
from tests.factories import NOON, buyer, gateway_account, listing, member, place_order, sku, verified
from tests.storefront.shopper import Seen, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def sandbox() -> GatewayAccount:
    return gateway_account()


def rich(name: str = "Alice", amount: int = 50_000) -> Shopper:
    """A member with money in the wallet, signed in."""
    user = member(name)
    Account.objects.create(owner=user.holder, kind=AccountKind.WALLET, currency="CNY", balance=amount)
    shopper = Shopper()
    shopper.client.force_login(user)
    return shopper


def test_a_guest_orders_and_is_sent_to_pay() -> None:
    bob = Shopper()
    answer = bob.send(bob.checkout(sku(units=3), 2))
    order, payment = Order.objects.get(), Payment.objects.get()
    assert (order.status, order.total, order.email, order.user) == (OrderStatus.PENDING, 19_600, "bob@example.com", None)
    assert (answer.status, answer.location) == (302, payment.pay_url)
    assert payment.amount == 19_600


def test_the_guest_alone_can_open_the_order() -> None:
    bob = Shopper()
    order = bob.order(sku(units=1))
    url = reverse("pay", args=[order.number])
    assert bob.get(url).status == 200
    assert Shopper().get(url).status == 404


def test_a_guest_gives_an_address_and_is_told_why() -> None:
    page = Shopper().checkout(sku(units=1))
    assert "The link to your order goes there" in page.text
    assert set(page.fields()) == {"nonce", "sku", "quantity", "seen", "email", "method"}


def test_a_member_is_asked_for_nothing_and_sees_the_wallet() -> None:
    page = rich().checkout(sku(units=1))
    assert "email" not in page.fields()
    assert "¥500.00 available, ¥402.00 left afterwards" in page.text


def test_a_wallet_with_too_little_says_so_and_cannot_be_chosen() -> None:
    alice = rich(amount=300)
    page = alice.checkout(sku(units=1))
    assert "¥3.00 available, not enough for ¥98.00" in page.text
    again = alice.send(page, method="wallet")
    assert "Choose another" in again.text
    assert not Order.objects.exists()


def test_paying_from_the_wallet_needs_no_other_page() -> None:
    alice = rich()
    answer = alice.send(alice.checkout(sku(units=1)), method="wallet")
    order = Order.objects.get()
    assert order.status == OrderStatus.PAID
    assert alice.get(answer.location).location == reverse("order", args=[order.number])


def test_a_guest_is_not_offered_a_wallet() -> None:
    bob = Shopper()
    page = bob.checkout(sku(units=1))
    assert "Wallet" not in page.text
    assert bob.send(page, method="wallet").status == 200
    assert not Order.objects.exists()


def test_a_double_click_is_one_order_and_one_payment() -> None:
    bob = Shopper()
    form = bob.checkout(sku(units=5))
    first, second = bob.send(form), bob.send(form)
    assert first.location == second.location
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_double_click_on_the_wallet_shows_no_error() -> None:
    alice = rich()
    form = alice.checkout(sku(units=5))
    answers = [alice.send(form, method="wallet") for _ in range(2)]
    assert answers[0].location == answers[1].location
    order = Order.objects.get()
    end = alice.client.get(reverse("pay", args=[order.number]), follow=True)
    assert "not waiting for payment" not in end.content.decode()


def test_the_form_of_one_browser_is_of_no_use_to_another() -> None:
    form = Shopper().checkout(sku(units=5))
    bob, eve = Shopper(), Shopper("eve@example.com")
    assert bob.send(form).status == 302
    answer = eve.send(form)
    assert "This form was already sent" in answer.text
    assert Order.objects.count() == 1


@pytest.mark.parametrize("nonce", ["", "short", None, "x" * 65, "<script>" * 4])
def test_a_form_without_our_mark_gets_a_new_one(nonce: str | None) -> None:
    bob = Shopper()
    answer = bob.send(bob.checkout(sku(units=1)), nonce=nonce)
    assert "Nothing was ordered" in answer.text
    assert not Order.objects.exists()
    assert bob.send(answer).status == 302


def test_every_form_has_a_mark_of_its_own() -> None:
    made = sku(units=1)
    marks = {Shopper().checkout(made).fields()["nonce"] for _ in range(20)}
    assert len(marks) == 20
    assert min(map(len, marks)) >= 22


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Fill in an e-mail address"),
        ("bob", "There is no @ in it"),
        ("bob@qq", "What stands after the @ is not complete"),
        ("bob@@qq.com", "This is not an e-mail address"),
        ("bob @qq.com", "This is not an e-mail address"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_beside_it_and_above(typed: str, said: str) -> None:
    bob = Shopper(email=typed)
    page = bob.send(bob.checkout(sku(units=1)))
    assert page.status == 200
    assert page.html.count(said) == 2
    assert 'role="alert"' in page.html
    assert 'href="#id_email"' in page.html
    assert 'aria-invalid="true"' in page.html
    assert page.fields()["email"] == typed


def test_what_was_typed_and_chosen_stays_after_an_error() -> None:
    second = gateway_account("second", position=5)
    bob = Shopper(email="bob@qq")
    page = bob.send(bob.checkout(sku(units=9), 4), method=second.public_id)
    assert (page.fields()["email"], page.fields()["quantity"]) == ("bob@qq", "4")
    assert page.fields()["method"] == second.public_id


class TestSoldOut:
    def race(self, made: Sku, quantity: int, left: int) -> tuple[Shopper, Seen]:
        """Bob has the form open while others buy all but `left`."""
        bob = Shopper()
        form = bob.checkout(made, quantity)
        for number in range(made.units.filter(status="AVAILABLE").count() - left):
            place_order(made, by=buyer(f"Rival{number}"))
        return bob, bob.send(form)

    def test_says_how_many_are_left_and_offers_them(self) -> None:
        bob, page = self.race(sku(units=4), quantity=3, left=2)
        assert "Only 2 pieces are left" in page.text
        assert "Take 2, pay ¥196.00" in page.text
        assert page.fields()["email"] == "bob@example.com"
        assert bob.send(page, instead="2").status == 302
        assert Order.objects.latest("pk").lines.get().quantity == 2

    def test_with_nothing_left_says_so(self) -> None:
        _bob, page = self.race(sku(units=2), quantity=1, left=0)
        assert "It is sold out" in page.text
        assert not Order.objects.filter(email="bob@example.com").exists()


def test_a_price_that_changed_meanwhile_is_shown_first() -> None:
    made, bob = sku(units=3), Shopper()
    form = bob.checkout(made)
    Sku.objects.filter(pk=made.pk).update(price=10_800)
    page = bob.send(form)
    assert "from ¥98.00 to ¥108.00" in page.text
    assert not Order.objects.exists()
    assert bob.order(made).total == 10_800


def test_goods_taken_off_sale_meanwhile_are_not_there() -> None:
    made, bob = sku(units=3), Shopper()
    form = bob.checkout(made)
    Sku.objects.filter(pk=made.pk).update(on_sale=False)
    assert bob.send(form).status == 404


@pytest.mark.parametrize("query", [{}, {"sku": "abc"}, {"sku": "9" * 40}, {"sku": "0"}, {"sku": "12345"}])
def test_a_checkout_of_nothing_is_not_there(query: dict[str, str]) -> None:
    assert Shopper().get(reverse("checkout"), query).status == 404


def test_without_any_way_to_pay_nothing_can_be_ordered() -> None:
    made = sku(units=1)
    GatewayAccount.objects.update(enabled=False)
    page = Shopper().checkout(made)
    assert "No way to pay is open right now" in page.text
    assert "Pay ¥98.00" not in page.text


def test_a_gateway_that_does_not_work_leaves_the_order_to_be_paid_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    GatewayAccount.objects.update(gateway="broken")
    from shop.payments.gateways import registry
    from shop.payments.gateways.base import Charge, Created, Rejected
    from shop.payments.gateways.sandbox.gateway import SandboxGateway

    class Broken(SandboxGateway):
        def create(self, charge: Charge) -> Created:
            raise Rejected("down for repair")

    monkeypatch.setitem(registry._CLASSES, "broken", Broken)
    account = GatewayAccount.objects.get()
    registry.seal_settings(account, {"pid": "pid", "key": "a key of enough letters"})
    account.save()
    bob = Shopper()
    answer = bob.send(bob.checkout(sku(units=1)))
    order = Order.objects.get()
    assert answer.location == reverse("pay", args=[order.number])
    page = bob.get(answer.location)
    assert "No money was taken" in page.text
    assert "down for repair" in page.text


def test_the_warning_of_the_goods_is_said_again() -> None:
    made = sku(units=1, of=listing(warning="Only for the global server."))
    assert "Only for the global server." in Shopper().checkout(made).text


def test_signing_in_leads_back_to_the_form() -> None:
    made, alice = sku(units=3), Shopper()
    user = verified("Alice")
    page = alice.checkout(made, 2)
    link = re.search(r'href="(/account/login/[^"]+)"', page.html[page.html.index("<main") :])
    assert link is not None
    login = alice.get(link[1].replace("&amp;", "&"))
    told = re.search(r'name="next" value="([^"]+)"', login.html)
    assert told is not None
    back = told[1].replace("&amp;", "&")
    answer = alice.post("/account/login/", {"login": user.email, "password": "a long pass phrase", "next": back})
    assert (answer.status, answer.response["Location"]) == (302, f"/checkout/?sku={made.pk}&quantity=2")


def test_the_page_is_kept_by_no_cache_and_tells_nobody() -> None:
    response = Shopper().checkout(sku(units=1)).response
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_the_browser_gets_a_name_for_a_year() -> None:
    bob, made = Shopper(), sku(units=3)
    cookie = bob.checkout(made).response.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 31_536_000)
    assert len(cookie.value) == 22
    assert bob.order(made).device == cookie.value


@pytest.mark.parametrize("made_up", ["x", "x" * 22 + "<", "", "é" * 22, "a" * 500])
def test_a_name_that_is_not_ours_is_replaced(made_up: str) -> None:
    bob = Shopper()
    bob.client.cookies["device"] = made_up
    assert bob.checkout(sku(units=1)).response.cookies["device"].value != made_up


def test_the_order_keeps_the_language_of_its_buyer() -> None:
    made = sku(units=3)
    assert Shopper(language="en").order(made).locale == "en"
    assert Shopper(language="zh-CN").order(made).locale == "zh-hans"


def test_the_goods_are_kept_for_a_quarter_of_an_hour() -> None:
    made = sku(units=1)
    Shopper().order(made)
    assert "It is sold out" in Shopper().checkout(made).text
    with clock.at(NOON + dt.timedelta(minutes=15, seconds=1)):
        assert "Pay ¥98.00" in Shopper().checkout(made).text


def test_a_missing_choice_is_said_and_leads_to_the_ways() -> None:
    bob = Shopper()
    page = bob.send(bob.checkout(sku(units=1)), method=None)
    assert page.html.count("Choose a way to pay.") == 2
    assert 'href="#id_method"' in page.html
    assert 'id="id_method"' in page.html
