"""Word of a parcel: who carries it, under which number, and that the money waits."""

import pytest
from django.core import mail

from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.shipping import Parcel, ship
from kameng.lib import clock
from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from tests import factories as f
from tests.factories import NOON
from tests.notices.test_mail import html_of

pytestmark = pytest.mark.django_db


def test_the_buyer_reads_courier_and_number() -> None:
    with clock.at(NOON):
        order = f.pay_order(f.place_order(f.card_to_ship(), by=f.buyer("Alice")))
        f.verify_all()
        row, boss = Fulfillment.objects.get(), f.member("Boss")
        take_up(fulfillment_id=row.pk, user=boss, now=NOON)
        ship(fulfillment_id=row.pk, user=boss, parcel=Parcel("SF", "SF1403"), now=NOON)
        run_all(now=NOON, only={"mail"})
    (message,) = mail.outbox
    assert message.subject == "On its way: Star Abyss 500 card × 1"
    html = html_of(message)
    for text in (str(message.body), html):
        assert "SF1403" in text
        assert "2026-11-22 12:00:00 UTC+8" in text
        assert f"/o/k/{order.token}/" in text
        assert "Your money stays in escrow until it is there." in text
    assert not Alarm.objects.exists()
