"""The page between placing and paying: every state says what is charged, who acts, and by when."""

import pytest
from django.urls import reverse

from kameng.lib import clock
from shop.ledger.models import Account, AccountKind
from shop.orders.expire import expire
from shop.orders.models import Order, OrderStatus
from shop.payments.models import Payment, PaymentStatus
from shop.payments.outcome import ended
from shop.payments.pay import pay as settle
from tests.factories import NOON, buyer, gateway_account, member, pay_order, place_order, receive, sku
from tests.payments.world import trade_of
from tests.storefront.paying import LATER, attempt, look, owner, url
from tests.storefront.shopper import Seen, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_waiting_payment_shows_amount_clock_and_where_to_go_on() -> None:
    payment = attempt()
    page = look(payment.order)
    assert "¥98.00" in page.text
    assert "15:00" in page.text
    assert f'href="{payment.pay_url}"' in page.html
    assert "nothing is charged" in page.text


def test_an_order_without_an_attempt_offers_the_ways() -> None:
    account, order = gateway_account(), place_order()
    page = look(order)
    assert "Choose how you want to pay" in page.text
    assert f'value="{account.public_id}"' in page.html


def test_a_failed_payment_says_why_and_that_nothing_was_charged() -> None:
    payment = attempt()
    ended(payment=payment, status=PaymentStatus.FAILED, now=NOON, reason="the card's limit is used up")
    page = look(payment.order)
    assert "The payment failed, nothing was charged" in page.text
    assert "the card's limit is used up" in page.text
    assert "Another way to pay ¥98.00" in page.text


def test_a_gateway_that_does_not_answer_is_named_and_asked_again() -> None:
    page = look(attempt(status=PaymentStatus.UNKNOWN).order)
    assert "sandbox does not answer" in page.text
    assert "I have paid, look now" in page.text


def test_too_little_money_says_what_is_missing() -> None:
    gateway_account()
    order = place_order()
    pay_order(order, amount=3_000)
    page = look(order)
    assert "¥30.00 of ¥98.00 came in" in page.text
    assert "Pay the missing ¥68.00" in page.text
    assert "the ¥30.00 that came in goes back to you" in page.text
    assert "nothing is charged" not in page.text


def test_the_rest_is_one_press_away_where_the_first_part_was_paid() -> None:
    gateway_account("first", position=0)
    payment = receive(place_order(), 3_000, account=gateway_account("second", position=5))
    page = look(payment.order)
    assert page.fields()["method"] == payment.account.public_id
    owner(payment.order).post(url(payment.order, "pay_start"), {"method": page.fields()["method"]})
    assert Payment.objects.latest("pk").amount == 6_800


def test_the_rest_can_be_paid_from_there() -> None:
    account, order = gateway_account(), place_order()
    pay_order(order, amount=3_000)
    owner(order).post(url(order, "pay_start"), {"method": account.public_id})
    assert Payment.objects.latest("pk").amount == 6_800


def test_money_that_is_here_but_not_settled_yet_is_being_checked() -> None:
    order = place_order()
    receive(order, order.total)
    page = look(order)
    assert "Your money is here" in page.text
    assert "Pay another way" not in page.text


def test_a_paid_order_is_on_its_own_page() -> None:
    order = pay_order()
    assert look(order).location == url(order, "order")


class TestOver:
    def test_unpaid_says_that_no_money_came_and_offers_the_goods_again(self) -> None:
        order = place_order()
        with clock.at(LATER):
            expire(order_id=order.pk, now=LATER)
            page = look(order)
        assert "no money came in" in page.text
        assert f"?sku={order.lines.get().sku_id}&amp;quantity=1" in page.html

    def test_it_is_over_by_its_own_time_before_any_job_ran(self) -> None:
        order = place_order()
        with clock.at(LATER):
            assert "no money came in" in look(order).text

    def test_charged_all_the_same_can_be_looked_for(self) -> None:
        payment = attempt()
        with clock.at(LATER):
            expire(order_id=payment.order_id, now=LATER)
            page = look(payment.order)
        assert "Were you charged after all?" in page.text

    @pytest.mark.parametrize(("amount", "said"), [(3_000, "¥68.00 less than the price"), (9_800, "at the old price")])
    def test_late_money_says_who_acts_and_until_when(self, amount: int, said: str) -> None:
        made = sku(units=1)
        order = place_order(made)
        with clock.at(LATER):
            expire(order_id=order.pk, now=LATER)
            place_order(made, by=buyer("Rival"))
            receive(order, amount)
            settle(order_id=order.pk, now=LATER)
            page = look(order)
        assert said in page.text
        assert "Nov 26 12:15, then it goes back to where it came from" in page.text
        assert "do not pay this order again" in page.text

    def test_a_member_is_told_of_the_wallet(self) -> None:
        user = member()
        order = place_order(by=buyer(user=user))
        shopper = Shopper()
        shopper.client.force_login(user)
        with clock.at(LATER):
            receive(order, 3_000)
            page = shopper.get(url(order))
        assert "then it is in your wallet" in page.text


class TestExtending:
    def test_once(self) -> None:
        order = attempt().order
        browser = owner(order)
        page = browser.client.post(url(order, "pay_extend"), follow=True)
        assert "Five minutes were added" in page.content.decode()
        assert "20:00" in Seen(page).text
        assert "5 minutes more" not in Seen(page).text

    def test_not_twice(self) -> None:
        order = place_order()
        browser = owner(order)
        browser.post(url(order, "pay_extend"))
        until = Order.objects.get().reserved_until
        page = Seen(browser.client.post(url(order, "pay_extend"), follow=True))
        assert "cannot be extended" in page.text
        assert Order.objects.get().reserved_until == until


class TestSwitching:
    def test_another_gateway_is_another_payment_of_the_same_order(self) -> None:
        first, other = attempt(), gateway_account("other")
        answer = owner(first.order).post(url(first.order, "pay_start"), {"method": other.public_id})
        second = Payment.objects.latest("pk")
        assert (second.order, second.account, answer.location) == (first.order, other, second.pay_url)

    def test_the_same_again_is_the_same_payment(self) -> None:
        payment = attempt()
        browser = owner(payment.order)
        for _click in range(2):
            answer = browser.post(url(payment.order, "pay_start"), {"method": payment.account.public_id})
            assert answer.location == payment.pay_url
        assert Payment.objects.count() == 1

    def test_to_the_wallet(self) -> None:
        user = member()
        Account.objects.create(owner=user.holder, kind=AccountKind.WALLET, currency="CNY", balance=9_800)
        order = attempt(place_order(by=buyer(user=user))).order
        shopper = Shopper()
        shopper.client.force_login(user)
        shopper.post(url(order, "pay_start"), {"method": "wallet"})
        assert Order.objects.get().status == OrderStatus.PAID

    def test_a_wallet_with_too_little_moves_nothing(self) -> None:
        user = member()
        order = place_order(by=buyer(user=user))
        shopper = Shopper()
        shopper.client.force_login(user)
        page = Seen(shopper.client.post(url(order, "pay_start"), {"method": "wallet"}, follow=True))
        assert "does not hold enough" in page.text
        assert (Order.objects.get().status, Order.objects.get().wallet_share) == (OrderStatus.PENDING, 0)

    @pytest.mark.parametrize("method", ["", "wallet", "nobody", "x" * 500, "//evil.example"])
    def test_a_way_that_is_not_offered_is_refused(self, method: str) -> None:
        gateway_account("closed", enabled=False, public_id="nobody")
        order = place_order()
        page = Seen(owner(order).client.post(url(order, "pay_start"), {"method": method}, follow=True))
        assert "cannot be used now" in page.text
        assert not Payment.objects.exists()


class TestLooking:
    def test_finds_money_that_nobody_told_us_about(self) -> None:
        payment = attempt()
        trade = trade_of(payment)
        trade.paid = trade.amount
        trade.save()
        browser = owner(payment.order)
        answer = browser.post(url(payment.order, "pay_check"))
        assert Order.objects.get().status == OrderStatus.PAID
        assert browser.get(answer.location).location == url(payment.order, "order")

    def test_says_when_there_is_none(self) -> None:
        payment = attempt()
        page = Seen(owner(payment.order).client.post(url(payment.order, "pay_check"), follow=True))
        assert "Asked at 12:00:00: the payment service has no money" in page.text


PAGES = [("get", "pay"), ("get", "pay_live"), ("post", "pay_start"), ("post", "pay_extend"), ("post", "pay_check")]


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_a_stranger_learns_nothing(method: str, name: str) -> None:
    order, stranger = place_order(), Shopper()
    call = getattr(stranger.client, method)
    there, nowhere = call(url(order, name)), call(reverse(name, args=["0" * 16]))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert Order.objects.get().extended is False


@pytest.mark.parametrize("name", ["pay_start", "pay_extend", "pay_check"])
def test_looking_changes_nothing(name: str) -> None:
    order = place_order()
    assert owner(order).get(url(order, name)).status == 405


@pytest.mark.parametrize("name", ["pay", "pay_live"])
def test_h3_the_pages_are_kept_by_no_cache_and_tell_nobody(name: str) -> None:
    order = place_order()
    response = owner(order).get(url(order, name)).response
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
