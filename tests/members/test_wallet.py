"""The wallet: what is there, what is on its way, and every movement with its reason and what was left after it."""

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from kameng.accounts.models import User
from kameng.lib import clock
from shop.ledger.models import AccountKind
from shop.ledger.post import account, post
from shop.orders.models import Order
from shop.payments.leftover import return_leftover
from shop.payments.wallet import pay_from_wallet
from shop.storefront.views.wallet import PER_PAGE
from tests import factories as f
from tests.factories import NOON
from tests.storefront.shopper import Seen
from tests.tracking.visitors import signed_in, stranger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def alice() -> User:
    return f.member("Alice")


def credit(user: User, amount: int, *, key: str = "gift") -> None:
    """Money from outside."""
    wallet = account(owner=user.holder, kind=AccountKind.WALLET, currency="CNY")
    outside = account(owner="gateway:0", kind=AccountKind.GATEWAY, currency="CNY")
    with transaction.atomic():
        post(key=f"{key}:{user.pk}", moves=[(outside, -amount), (wallet, amount)], now=clock.now())


def paid_from_wallet(user: User, title: str = "Star Abyss") -> Order:
    order = f.place_order(f.sku(units=1, of=f.listing(title)), by=f.buyer(user=user))
    pay_from_wallet(order=order, now=clock.now())
    return order


def page(user: User, **asked: str) -> Seen:
    seen = Seen(signed_in(user).get(reverse("wallet"), asked))
    assert seen.status == 200
    return seen


def rows(user: User) -> list[dict[str, str]]:
    """The export, as a spreadsheet program reads it."""
    response = signed_in(user).get(reverse("wallet_export"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_an_empty_wallet_says_what_it_is_for(alice: User) -> None:
    seen = page(alice)
    assert "Yours to spend ¥0.00" in seen.text
    assert "In escrow no order is open ¥0.00 Refunds under way nothing is on its way back ¥0.00" in seen.text
    assert "Nothing has moved here yet" in seen.text


def test_a_payment_a_refund_and_a_leftover_are_told_apart_and_lead_to_their_orders(alice: User) -> None:
    credit(alice, 20_000)
    first = paid_from_wallet(alice)
    with clock.at(NOON + dt.timedelta(hours=1)):
        refund_overdue(line_id=f.line_of(first).pk, now=clock.now())
    second = f.pay_order(f.place_order(f.sku(units=1, of=f.listing("Moon")), by=f.buyer(user=alice)), amount=10_000)
    return_leftover(order_id=second.pk, now=clock.now())
    seen = page(alice)
    assert (
        "12:00 Left over · More came in than the order needed +¥2.00 ¥202.00 "
        "13:00 Refund · Star Abyss 648 gems × 1 +¥98.00 ¥200.00 "
        "12:00 Payment · Star Abyss 648 gems × 1 -¥98.00 ¥102.00 "
        "12:00 Credit +¥200.00 ¥200.00"
    ) in seen.text
    assert f'href="/o/{first.number}/"' in seen.html
    assert "In escrow 1 order is not over; its money moves only on delivery or refund ¥98.00" in seen.text


def test_a_refund_that_has_not_arrived_is_under_way(alice: User) -> None:
    order = f.pay_order(f.place_order(by=f.buyer(user=alice)))
    with clock.at(NOON + dt.timedelta(hours=1)):
        refund_overdue(line_id=f.line_of(order).pk, now=clock.now())
    seen = page(alice)
    assert "In escrow no order is open ¥0.00 Refunds under way 1 refund is on its way back ¥98.00" in seen.text


def test_the_balance_runs_on_over_pages(alice: User) -> None:
    for n in range(PER_PAGE + 1):
        credit(alice, 100, key=f"gift-{n}")
    assert f"+¥1.00 ¥{PER_PAGE + 1}.00" in page(alice).text
    last = page(alice, page="2")
    assert "Page 2 of 2" in last.text
    assert "+¥1.00 ¥1.00" in last.text
    assert f"¥{PER_PAGE}.00 " not in last.text.partition("Movements")[2]


def test_a_guest_is_asked_to_sign_in() -> None:
    for name in ("wallet", "wallet_export"):
        response = stranger().get(reverse(name))
        assert (response.status_code, response["Location"]) == (302, f"/account/login/?next={reverse(name)}")


def test_what_is_others_is_not_there(alice: User) -> None:
    credit(alice, 20_000)
    paid_from_wallet(alice)
    bob = f.member("Bob")
    assert "Nothing has moved here yet" in page(bob).text
    assert rows(bob) == []


def test_a_hundred_movements_ask_as_much_as_three(alice: User) -> None:
    credit(alice, 10_000_000)
    for n in range(2):
        paid_from_wallet(alice, f"Game {n}")
    few = queries(alice)
    for n in range(20):
        paid_from_wallet(alice, f"More {n}")
    assert queries(alice) == few <= 12


def queries(user: User) -> int:
    browser = signed_in(user)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(reverse("wallet")).status_code == 200
    return len(seen)


def test_the_export_says_the_same_in_numbers(alice: User) -> None:
    credit(alice, 20_000)
    order = paid_from_wallet(alice)
    payment, gift = rows(alice)
    assert payment == {
        "Time": "2026-11-22 12:00:00+08:00",
        "What": "Payment",
        "About": "Star Abyss 648 gems × 1",
        "Order number": order.shown_number,
        "Amount": "-98.00",
        "Balance": "102.00",
        "Currency": "CNY",
    }
    assert (gift["Amount"], gift["Balance"], gift["Order number"]) == ("200.00", "200.00", "")
