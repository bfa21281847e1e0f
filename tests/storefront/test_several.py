"""An order of several lines after it was placed: what pay page, order page, mail and timeline say of it."""

import datetime as dt

import pytest
from django.urls import reverse

from kameng.lib import clock
from kameng.notices.compose import compose
from kameng.notices.models import Notification
from shop.orders.expire import expire
from shop.orders.models import LineStatus, Order
from tests.factories import NOON, deliver_all, gateway_account, pay_order, place_order
from tests.storefront.carting import goods
from tests.storefront.paying import look, owner, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def order() -> Order:
    """One of each: ¥98.00 of Jade Cards, ¥5.00 and ¥1.00 of Lotus Keys; not paid."""
    first = goods("Star Abyss")
    return place_order(first, goods("Moon Harbour", "Lotus Keys", price=500), goods("Sun Gate", "Lotus Keys", price=100))


def code(order: Order) -> str:
    return ".".join(f"{line.sku_id}x1" for line in order.lines.order_by("pk"))


def test_the_pay_page_names_every_line_and_one_sum(order: Order) -> None:
    page = look(order)
    for name in ("Star Abyss", "Moon Harbour", "Sun Gate"):
        assert f"{name} 648 gems × 1" in page.text
    assert "To pay ¥104.00" in page.text
    assert f'href="{reverse("order", args=[order.number])}"' in page.html, "the way back is to the order"


def test_what_was_not_paid_in_time_can_be_ordered_again_as_a_whole(order: Order) -> None:
    gateway_account()
    with clock.at(NOON + dt.timedelta(minutes=16)):
        expire(order_id=order.pk, now=clock.now())
        again = f'href="/checkout/?cart={code(order)}"'
        assert again in look(order).html
        assert again in owner(order).get(url(order, "order")).html
        assert owner(order).get(f"/checkout/?cart={code(order)}").text.count("Pay ¥104.00") == 2


def test_the_order_page_has_each_line_with_its_merchant_its_keys_and_its_own_end(order: Order) -> None:
    pay_order(order)
    deliver_all()
    bob = owner(order)
    page = bob.get(url(order, "order"))
    assert "Star Abyss 648 gems × 1 and 2 more" in page.text
    assert page.text.count("Delivered in") == 3
    assert "only then Jade Cards is paid" in page.text
    assert page.text.count("only then Lotus Keys is paid") == 2
    assert f'href="/checkout/?cart={code(order)}"' in page.html, "buy again"
    assert page.html.count("/face/") == page.html.count(page.html.partition('href="/face/')[2].partition("#")[0]), (
        "one image"
    )
    for line in order.lines.all():
        shown = bob.post(reverse("reveal", args=[order.number]), {"line": line.pk})
        assert shown.text.count("CODE-") == 1


def test_a_line_that_comes_and_one_that_does_not_are_told_apart(order: Order) -> None:
    pay_order(order)
    first = order.lines.earliest("pk")
    from fulfillment.delivery.clock import refund_overdue
    from fulfillment.delivery.deliver import deliver
    from fulfillment.delivery.verify import verify

    verify(line_id=first.pk, now=NOON)
    deliver(line_id=first.pk, now=NOON)
    with clock.at(NOON + dt.timedelta(minutes=31)):
        for line in order.lines.exclude(pk=first.pk):
            refund_overdue(line_id=line.pk, now=clock.now())
        text = owner(order).get(url(order, "order")).text
    assert sorted(order.lines.values_list("status", flat=True)) == [LineStatus.DELIVERED, *2 * [LineStatus.REFUNDED]]
    assert "1 of 3 delivered" in text
    assert "Refunded ¥6.00" in text


def test_each_line_has_its_mail_with_its_own_name_and_sum(order: Order) -> None:
    pay_order(order)
    deliver_all()
    mails = {mail.subject: mail.body for mail in map(compose, Notification.objects.filter(event="delivered"))}
    assert {subject: body.count("¥") for subject, body in mails.items()} == {
        "It is here: Star Abyss 648 gems × 1": 1,
        "It is here: Moon Harbour 648 gems × 1": 1,
        "It is here: Sun Gate 648 gems × 1": 1,
    }
    assert "¥5.00" in mails["It is here: Moon Harbour 648 gems × 1"]
    assert all(order.shown_number in body for body in mails.values())
