"""What a guest bought becomes the member's who reads mail at its address; nothing is lost or doubled by it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from fulfillment.proof.check import check
from fulfillment.proof.violations import Look
from kameng.accounts.models import User
from kameng.audit.models import Entry
from kameng.audit.record import Actor
from kameng.lib import clock, ids
from kameng.notices.models import Notification
from kameng.tasks.registry import run_all
from shop.inventory.models import Reservation, StockUnit
from shop.inventory.rename import AlreadyHas
from shop.orders.adopt import adopt, adopt_all
from shop.orders.models import Order
from shop.payments.pay import pay
from shop.payments.wallet import wallet_balance
from tests import factories as f
from tests.factories import NOON, verified
from tests.letters import newest_code
from tests.storefront.shopper import Seen
from tests.tracking.visitors import ENGLISH, guest_of, show, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
SOMEBODY = Actor("user:1", "member")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def everything_holds() -> bool:
    return [violation for finding in check(Look(clock.now())) for violation in finding.violations] == []


def take(user: User) -> int:
    return adopt_all(user=user, actor=SOMEBODY, now=clock.now()).moved


def sign_up(email: str) -> tuple[Client, Any]:
    """A new account, as far as the code that was mailed is asked for."""
    browser = Client(headers=ENGLISH)
    told = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return browser, browser.post(reverse("account_signup"), told, follow=True)


def test_alice_signs_up_types_the_code_and_finds_what_she_bought_as_a_guest() -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    browser, page = sign_up("alice@example.com")
    assert "Type the code" in page.content.decode()
    mine = Seen(browser.get(reverse("orders")))
    assert order.shown_number not in mine.text
    page = browser.post(reverse("account_email_verification_sent"), {"code": newest_code()}, follow=True)
    assert "1 order that you placed as a guest is among yours now." in page.content.decode()
    assert order.shown_number in Seen(browser.get(reverse("orders"))).text
    assert show(browser, order).status_code == 200
    entry = Entry.objects.get(act="order adopted")
    assert (entry.subject, entry.actor) == (f"order:{order.number}", User.objects.get().holder)
    assert everything_holds()


def test_a_wrong_code_gives_nothing() -> None:
    f.delivered_order(by=f.buyer("Alice"))
    browser, _page = sign_up("alice@example.com")
    wrong = f"{(int(newest_code()) + 1) % 1_000_000:06d}"
    page = browser.post(reverse("account_email_verification_sent"), {"code": wrong}, follow=True)
    assert "Incorrect code" in page.content.decode()
    assert not Order.objects.filter(user__isnull=False).exists()


def test_who_has_not_shown_that_the_address_is_theirs_gets_nothing() -> None:
    order, mallory = f.delivered_order(by=f.buyer("Alice")), f.member("Alice")
    EmailAddress.objects.create(user=mallory, email=mallory.email, verified=False, primary=True)
    assert take(mallory) == 0
    assert adopt(order_id=order.pk, user=mallory, actor=SOMEBODY, now=NOON) is False
    assert adopt(order_id=order.pk, user=verified("Bob"), actor=SOMEBODY, now=NOON) is False
    assert not Entry.objects.exists()


def test_an_order_of_another_member_stays_theirs() -> None:
    order = f.pay_order(f.place_order(by=f.buyer(user=f.member("Bob"))))
    Order.objects.filter(pk=order.pk).update(email="alice@example.com")
    assert take(verified()) == 0


def test_claims_units_and_messages_come_along_and_the_old_link_opens_nothing_more() -> None:
    order, alice = f.delivered_order(quantity=2, by=f.buyer("Alice")), verified()
    assert take(alice) == 1
    assert set(StockUnit.objects.values_list("holder", flat=True)) == {alice.holder}
    assert set(Reservation.objects.values_list("holder", flat=True)) == {alice.holder}
    assert set(Notification.objects.values_list("user", flat=True)) == {alice.pk}
    assert Client().get(reverse("order_link", args=[order.token])).status_code == 404
    assert everything_holds()


def test_the_browser_that_bought_it_as_a_guest_still_opens_it_and_the_log_says_so() -> None:
    order, alice = f.delivered_order(by=f.buyer("Alice")), verified()
    guest = guest_of(order)
    assert take(alice) == 1
    assert order.shown_number in Seen(guest.get(reverse("orders"))).text
    assert show(guest, order).status_code == 200
    assert show(signed_in(alice), order).status_code == 200
    reveals = Entry.objects.filter(act="reveal").order_by("pk")
    assert list(reveals.values_list("actor", flat=True)) == [f"mail:{ids.contact_key(order.email)}", alice.holder]
    assert signed_in(f.member("Bob")).get(reverse("order", args=[order.number])).status_code == 404


def test_an_address_in_another_case_is_the_same() -> None:
    f.delivered_order(by=f.buyer("ALICE"))
    Order.objects.update(email="Alice@Example.COM")
    assert take(verified()) == 1


def test_an_unpaid_order_is_paid_and_delivered_to_the_member() -> None:
    order, alice = f.place_order(by=f.buyer("Alice")), verified()
    assert take(alice) == 1
    f.receive(order, order.total)
    pay(order_id=order.pk, now=clock.now())
    f.deliver_all()
    assert show(signed_in(alice), order).status_code == 200
    assert everything_holds()


def test_what_is_left_over_goes_to_the_wallet_now_instead_of_back_in_three_days() -> None:
    f.pay_order(f.place_order(by=f.buyer("Alice")), amount=10_000)
    alice = verified()
    run_all(now=clock.now(), only={"leftover"})
    take(alice)
    assert wallet_balance(alice, "CNY") == 0
    run_all(now=clock.now(), only={"leftover"})
    assert wallet_balance(alice, "CNY") == 200
    assert everything_holds()


def test_a_refund_after_it_goes_where_the_money_came_from() -> None:
    order, alice = f.pay_order(f.place_order(by=f.buyer("Alice"))), verified()
    take(alice)
    with clock.at(NOON + dt.timedelta(hours=1)):
        refund_overdue(line_id=f.line_of(order).pk, now=clock.now())
        run_all(now=clock.now())
        assert order.refunds.get().destination == "SOURCE"
        assert everything_holds()


def test_an_order_with_a_shared_secret_that_the_member_has_already_stays_a_guests_and_says_so() -> None:
    goods, alice = f.sku(units=["SHARED"], uses=3, max_quantity=1), f.member("Alice")
    own = f.place_order(goods, by=f.buyer(user=alice))
    guest = f.place_order(goods, by=f.buyer("Alice", device="another"))
    verified()
    with pytest.raises(AlreadyHas):
        adopt(order_id=guest.pk, user=alice, actor=SOMEBODY, now=NOON)
    guest.refresh_from_db()
    assert guest.user_id is None
    assert adopt_all(user=alice, actor=SOMEBODY, now=NOON).stayed == [guest]
    assert StockUnit.objects.filter(holder=alice.holder).count() == own.lines.get().quantity
    assert everything_holds()


def test_signing_in_by_code_takes_along_what_was_bought_since_without_signing_in() -> None:
    verified()
    order = f.delivered_order(by=f.buyer("Alice"))
    browser = Client(headers=ENGLISH)
    page = browser.post(reverse("account_request_login_code"), {"email": "alice@example.com"}, follow=True)
    assert "Type the code" in page.content.decode()
    browser.post(reverse("account_confirm_login_code"), {"code": newest_code()}, follow=True)
    assert order.shown_number in Seen(browser.get(reverse("orders"))).text
