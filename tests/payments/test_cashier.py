"""Each button of the sandbox's cashier, over real HTTP and without JavaScript."""

import re
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.ledger.models import AccountKind, Journal
from shop.ledger.queries import balance
from shop.orders.expire import expire
from shop.orders.models import OrderStatus
from shop.payments.due import outstanding
from shop.payments.gateways.sandbox import cashier
from shop.payments.gateways.sandbox.cashier import DOES, Press
from shop.payments.models import Notice, Payment, PaymentStatus, RefusedNotice, Verdict
from tests.factories import buyer, member, place_order, sku
from tests.harness.fixtures import Site
from tests.payments.world import started, trade_of

pytestmark = pytest.mark.django_db(transaction=True)


def press(site: Site, payment: Payment, button: str) -> httpx.Response:
    """Open the cashier and press a button, as a browser without JavaScript would."""
    with httpx.Client(base_url=site.url, headers={"Accept-Language": "en"}, trust_env=False, timeout=30) as browser:
        page = browser.get(payment.pay_url)
        assert page.status_code == 200, page.text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        return browser.post(payment.pay_url, data={"press": button, "csrfmiddlewaretoken": token[1]})


def states(payment: Payment) -> tuple[str, str]:
    row = Payment.objects.select_related("order").get(pk=payment.pk)
    return row.status, row.order.status


def went_back(answer: httpx.Response, payment: Payment) -> bool:
    return (answer.status_code, answer.headers["Location"]) == (302, f"/pay/r/{payment.order.number}/")


PAID = (PaymentStatus.CONFIRMED, OrderStatus.PAID)
WAITING = (PaymentStatus.PENDING, OrderStatus.PENDING)


@pytest.mark.parametrize("button", ["pay", "before"])
def test_paying_settles_the_order_before_the_buyer_is_back(site: Site, button: str) -> None:
    payment = started()
    assert went_back(press(site, payment, button), payment)
    assert states(payment) == PAID
    assert Notice.objects.get().verdict == Verdict.CREDITED


def test_failing_leaves_the_order_waiting_for_another_way(site: Site) -> None:
    payment = started()
    assert went_back(press(site, payment, "fail"), payment)
    assert states(payment) == (PaymentStatus.FAILED, OrderStatus.PENDING)
    payment.refresh_from_db()
    assert payment.failure == "declined"


def test_paying_after_failing_is_paid(site: Site) -> None:
    payment = started()
    press(site, payment, "fail")
    press(site, payment, "pay")
    assert states(payment) == PAID


def test_paying_late_buys_the_goods_while_they_are_there(site: Site) -> None:
    payment = started()
    assert went_back(press(site, payment, "late"), payment)
    assert states(payment) == PAID
    steps = payment.order.events.order_by("pk").values_list("to_status", flat=True)
    assert list(steps) == [OrderStatus.PENDING, OrderStatus.EXPIRED, OrderStatus.PAID]


def test_paying_late_for_goods_that_are_gone_leaves_the_money_on_the_order(site: Site, monkeypatch: Any) -> None:
    goods = sku(units=1)
    payment = started(place_order(goods))

    def expire_and_lose(**arguments: Any) -> bool:
        done = expire(**arguments)
        place_order(goods, by=buyer("Bob"))
        return done

    monkeypatch.setattr(cashier, "expire", expire_and_lose)
    press(site, payment, "late")
    assert states(payment) == (PaymentStatus.CONFIRMED, OrderStatus.EXPIRED)
    assert balance(owner=payment.order.owner, kind=AccountKind.ORDER, currency="CNY") == 9800


def test_two_notices_at_once_are_credited_once(site: Site) -> None:
    payment = started()
    assert went_back(press(site, payment, "twice"), payment)
    assert states(payment) == PAID
    assert Notice.objects.count() == 1
    assert Journal.objects.filter(key__endswith=":confirmed").count() == 1
    assert not RefusedNotice.objects.exists()


def test_paying_too_little_leaves_the_rest_to_be_paid(site: Site) -> None:
    payment = started()
    assert went_back(press(site, payment, "less"), payment)
    assert states(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PENDING)
    assert outstanding(payment.order) == 1
    assert Alarm.objects.get().kind == "amount-differs"


def test_paying_too_much_gives_the_rest_back(site: Site) -> None:
    alice = member()
    payment = started(place_order(by=buyer(user=alice)))
    assert went_back(press(site, payment, "more"), payment)
    assert states(payment) == PAID
    run_all()
    assert balance(owner=alice.holder, kind=AccountKind.WALLET, currency="CNY") == 1


def test_a_forged_signature_is_refused_and_the_page_says_so(site: Site) -> None:
    payment = started()
    answer = press(site, payment, "forged")
    assert (answer.status_code, answer.headers["Location"]) == (302, payment.pay_url)
    assert states(payment) == WAITING
    assert RefusedNotice.objects.get().reason == "wrong signature"
    with httpx.Client(base_url=site.url, cookies=answer.cookies, headers={"Accept-Language": "en"}) as browser:
        assert "The shop answered: fail (status 400)" in browser.get(payment.pay_url).text


def test_money_nobody_tells_about_is_found_when_the_buyer_is_back(site: Site) -> None:
    payment = started()
    assert went_back(press(site, payment, "silent"), payment)
    assert states(payment) == WAITING
    assert not Notice.objects.exists()
    assert trade_of(payment).paid == 9800


def test_another_press_of_a_paid_trade_repeats_what_was_paid(site: Site) -> None:
    payment = started()
    press(site, payment, "less")
    press(site, payment, "pay")
    press(site, payment, "fail")
    assert (trade_of(payment).paid, trade_of(payment).failed) == (9799, False)
    assert states(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PENDING)
    assert Notice.objects.get().verdict == Verdict.CREDITED


def test_a_shop_that_does_not_answer_keeps_nobody_waiting(settings: Any) -> None:
    payment = started()
    trade = trade_of(payment)
    # Nobody listens on the discard port.
    trade.notify_url = "http://127.0.0.1:9/"
    trade.save()
    answer = Client().post(payment.pay_url, {"press": "pay"})
    assert answer.status_code == 302
    assert trade_of(payment).paid == 9800


def test_a_notice_follows_no_redirect(site: Site) -> None:
    payment = started()
    trade = trade_of(payment)
    trade.notify_url = f"{site.url}/admin"
    trade.save()
    assert [told.status for told in cashier._send(trade, ["x=1"])] == [301]


@pytest.mark.parametrize(("language", "label"), [("en", "Demo payment"), ("zh-hans", "演示付款")])
def test_every_button_says_what_it_does(language: str, label: str) -> None:
    page = Client().get(started().pay_url, headers={"Accept-Language": language}).content.decode()
    page = re.sub(r"\s+", " ", page)
    assert label in page
    assert set(DOES) == set(Press)
    with translation.override(language):
        for button in Press:
            assert f'name="press" value="{button.value}"' in page
            assert button is Press.PAY or escape(str(DOES[button])) in page


def test_an_unknown_button_is_no_press(site: Site) -> None:
    payment = started()
    assert press(site, payment, "steal").status_code == 400
    assert states(payment) == WAITING


def test_a_press_needs_the_pages_own_form(site: Site) -> None:
    payment = started()
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(payment.pay_url, {"press": "pay"}).status_code == 403
    assert trade_of(payment).paid is None


def test_an_unknown_trade_has_no_page() -> None:
    assert Client().get("/sandbox/SBX0000/").status_code == 404


def test_the_cashier_does_not_exist_in_a_shop_that_is_no_demo(settings: Any) -> None:
    payment = started()
    settings.SANDBOX = False
    assert Client().get(payment.pay_url).status_code == 404
    assert Client().post(payment.pay_url, {"press": "pay"}).status_code == 404
    assert trade_of(payment).paid is None
