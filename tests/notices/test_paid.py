"""Word right after payment, of each line what happens now and by when; and one mail for what comes together."""

import datetime as dt

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import translation

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver, undelivered
from fulfillment.delivery.manual import Goods, hand_in, take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.shipping import Parcel, ship
from kameng.lib import clock
from kameng.notices.events import Channel
from kameng.notices.models import Alarm, Notification
from kameng.notices.preferences import silence
from kameng.notices.send import LEASE, send
from kameng.tasks.registry import run_all
from shop.catalog.models import Kind
from shop.orders.models import Order
from shop.payments.pay import pay
from shop.payments.tell import PATIENCE
from tests import factories as f
from tests.factories import NOON
from tests.notices.test_mail import html_of

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def paid(*skus: object, by: object = None) -> Order:
    """Placed and paid at noon."""
    with clock.at(NOON):
        return f.pay_order(f.place_order(*skus, by=by or f.buyer("Bob"), now=NOON), now=NOON)  # type: ignore[arg-type]


def mails_at(moment: dt.datetime) -> list[str]:
    """The subjects of the mails that go out until nothing is due at this moment."""
    before = len(mail.outbox)
    run_all(now=moment, only={"mail"})
    return [str(message.subject) for message in mail.outbox[before:]]


def deliver_one(moment: dt.datetime) -> None:
    """The next line comes."""
    f.verify_all(moment)
    deliver(line_id=undelivered(moment)[0], now=moment)


def by_hand_and_at_once() -> Order:
    with clock.at(NOON):
        return paid(f.sku(units=1, of=f.listing("Star Abyss")), f.by_hand(of=f.listing("Moon Harbour")))


def test_who_waits_for_a_merchant_reads_at_once_what_happens_and_by_when() -> None:
    with clock.at(NOON):
        order = paid(f.by_hand(of=f.listing("Moon Harbour")), f.card_to_ship())
    assert mails_at(NOON) == ["Payment received, ¥196.00: what happens now"]
    html, text = html_of(mail.outbox[0]), str(mail.outbox[0].body)
    for told in (html, text):
        assert "Moon Harbour 648 gems" in told
        assert "The merchant delivers it by hand, promised by Nov 22 12:30." in told
        assert "If that has not happened by Nov 23 12:00, its money goes back by itself." in told
        assert "The merchant hands it to a courier, promised by Nov 24 12:00." in told
        assert "If that has not happened by Nov 26 12:00, its money goes back by itself." in told
        assert "Times are those of 卡盟, UTC+8." in told
        assert f"http://testserver/o/k/{order.token}/" in told
        assert "without an account, mails are the way to the order" in told
    assert mail.outbox[0].to == ["bob@example.com"]


def test_it_is_written_with_the_payment_and_once() -> None:
    order = paid()
    pay(order_id=order.pk, now=NOON)
    row = Notification.objects.get()
    assert (row.key, row.event, row.thread, row.user_id) == (f"order:{order.pk}:paid", "paid", f"order:{order.pk}", None)


def test_an_order_that_is_not_paid_has_no_word() -> None:
    f.pay_order(f.place_order(now=NOON), now=NOON, amount=100)
    assert not Notification.objects.exists()


def test_goods_that_come_within_seconds_bring_the_only_mail() -> None:
    paid()
    assert mails_at(NOON) == []
    f.deliver_all(NOON + 3 * SECOND)
    assert mails_at(NOON + 3 * SECOND) == ["It is here: Star Abyss 648 gems × 1"]
    assert "Still to come" not in str(mail.outbox[0].body)
    assert mails_at(NOON + dt.timedelta(hours=1)) == []


def test_who_is_left_without_goods_for_twenty_seconds_has_word_and_then_the_goods() -> None:
    paid()
    assert mails_at(NOON + PATIENCE - SECOND) == []
    assert mails_at(NOON + PATIENCE) == ["Payment received, ¥98.00: what happens now"]
    assert "Comes by itself, promised by Nov 22 12:01." in str(mail.outbox[0].body)
    f.deliver_all(NOON + 2 * PATIENCE)
    assert mails_at(NOON + 2 * PATIENCE) == ["It is here: Star Abyss 648 gems × 1"]


def test_what_is_here_and_what_is_still_to_come_are_one_mail() -> None:
    by_hand_and_at_once()
    f.verify_all(NOON)
    deliver_one(NOON + SECOND)
    assert mails_at(NOON + SECOND) == ["It is here: Star Abyss 648 gems × 1"]
    for told in (str(mail.outbox[0].body), html_of(mail.outbox[0])):
        here, _heading, coming = told.partition("Still to come")
        assert "Star Abyss 648 gems" in here
        assert "Moon Harbour 648 gems × 1" in coming
        assert "promised by Nov 22 12:30" in coming
        assert "Star Abyss" not in coming
    assert mails_at(NOON + PATIENCE) == []


def test_lines_that_come_together_are_told_in_one_mail() -> None:
    with clock.at(NOON):
        order = paid(*(f.sku(units=1, of=f.listing(title), price=100) for title in ("Star", "Moon", "Sun")))
    for n in range(2):
        deliver_one(NOON + n * SECOND)
        assert mails_at(NOON + n * SECOND) == [], "others come within moments"
    deliver_one(NOON + 2 * SECOND)
    assert mails_at(NOON + 2 * SECOND) == ["It is here: Star 648 gems × 1 and 2 more"]
    for told in (str(mail.outbox[0].body), html_of(mail.outbox[0])):
        assert [told.count(f"{title} 648 gems") > 0 for title in ("Star", "Moon", "Sun")] == [True] * 3
        assert "¥3.00" in told
        assert "From Nov 23 12:00 on they confirm themselves" in told
        assert "Still to come" not in told
    assert mails_at(NOON + dt.timedelta(hours=1)) == []
    assert set(Notification.objects.filter(thread=order.owner).values_list("sent_at", flat=True)) == {NOON + 2 * SECOND}


def test_a_line_that_comes_later_has_a_mail_of_its_own() -> None:
    with clock.at(NOON):
        paid(*(f.sku(units=1, of=f.listing(title)) for title in ("Star", "Moon", "Sun")))
    deliver_one(NOON)
    deliver_one(NOON)
    assert mails_at(NOON) == []
    assert mails_at(NOON + PATIENCE) == ["It is here: Star 648 gems × 1 and 1 more"]
    assert "Sun 648 gems × 1" in str(mail.outbox[0].body).partition("Still to come")[2]
    deliver_one(NOON + 2 * PATIENCE)
    assert mails_at(NOON + 2 * PATIENCE) == ["It is here: Sun 648 gems × 1"]


def test_money_that_goes_back_and_a_parcel_tell_what_is_still_to_come_too() -> None:
    with clock.at(NOON):
        order = paid(f.card_to_ship(), f.sku(units=1, of=f.listing("Star Abyss")), f.by_hand(of=f.listing("Moon")))
        f.verify_all(NOON)
        row, boss = Fulfillment.objects.get(line__title="Star Abyss", line__mode="SHIPMENT"), f.member("Boss")
        take_up(fulfillment_id=row.pk, user=boss, now=NOON)
        ship(fulfillment_id=row.pk, user=boss, parcel=Parcel("SF", "SF1403"), now=NOON)
    assert mails_at(NOON) == ["On its way: Star Abyss 500 card × 1"]
    coming = str(mail.outbox[0].body).partition("Still to come")[2]
    assert "Star Abyss 648 gems × 1" in coming
    assert "Moon 648 gems × 1" in coming
    line = order.lines.get(mode="AUTO")
    assert line.refund_by
    refund_overdue(line_id=line.pk, now=line.refund_by)
    assert mails_at(line.refund_by) == ["Money back ¥98.00: Star Abyss 648 gems × 1"]
    assert "Still to come" not in str(mail.outbox[1].body), "it was told before"


def test_a_payment_whose_money_went_back_first_is_not_announced() -> None:
    order = paid()
    line = f.line_of(order)
    assert line.refund_by
    refund_overdue(line_id=line.pk, now=line.refund_by)
    assert mails_at(line.refund_by) == ["Money back ¥98.00: Star Abyss 648 gems × 1"]
    assert Notification.objects.get(event="paid").unneeded


@pytest.mark.parametrize(
    ("locale", "lang", "promised", "latest"),
    [
        ("zh-hans", "zh-Hans", "11 月 22 日 12:30", "11 月 23 日 12:00"),
        ("en", "en", "Nov 22 12:30", "Nov 23 12:00"),
    ],
)
def test_the_words_are_the_buyers_and_the_times_are_the_shops(locale: str, lang: str, promised: str, latest: str) -> None:
    with clock.at(NOON):
        paid(f.by_hand(), by=f.buyer("Li", locale=locale))
    (subject,) = mails_at(NOON)
    with translation.override(locale):
        assert subject == translation.gettext("Payment received, %(amount)s: what happens now") % {"amount": "¥98.00"}
        by_hand = translation.gettext("The merchant delivers it by hand, promised by %(time)s.") % {"time": promised}
        back = translation.gettext("If that has not happened by %(time)s, its money goes back by itself.") % {"time": latest}
    assert f'<html lang="{lang}">' in html_of(mail.outbox[0])
    for told in (str(mail.outbox[0].body), html_of(mail.outbox[0])):
        assert by_hand in told
        assert back in told
        assert "UTC+8" in told


def test_who_wants_no_mail_of_payments_has_none_and_loses_no_other_word() -> None:
    alice = f.member("Alice")
    silence(user_id=alice.pk, event="paid", channel=Channel.MAIL)
    with clock.at(NOON):
        paid(f.by_hand(of=f.listing("Moon")), f.sku(units=1, of=f.listing("Star")), by=f.buyer(user=alice))
    deliver_one(NOON)
    assert mails_at(NOON + PATIENCE) == ["It is here: Star 648 gems × 1"]
    assert "Still to come" not in str(mail.outbox[0].body)
    told = Notification.objects.get(event="paid")
    assert (told.unneeded, told.sent_at, told.next_try_at) == (True, None, None)


def test_who_wants_no_mail_of_deliveries_is_told_no_payment_that_is_over() -> None:
    alice = f.member("Alice")
    silence(user_id=alice.pk, event="delivered", channel=Channel.MAIL)
    paid(by=f.buyer(user=alice))
    f.deliver_all(NOON)
    assert mails_at(NOON + PATIENCE) == []
    assert Notification.objects.filter(unneeded=True).count() == 2


def test_money_back_is_told_whatever_was_turned_off() -> None:
    alice = f.member("Alice")
    assert not silence(user_id=alice.pk, event="refunded", channel=Channel.MAIL)
    order = paid(by=f.buyer(user=alice))
    deadline = f.line_of(order).refund_by
    assert deadline
    refund_overdue(line_id=f.line_of(order).pk, now=deadline)
    assert mails_at(deadline) == ["Money back ¥98.00: Star Abyss 648 gems × 1"]


def test_a_death_between_claim_and_mail_loses_nothing_and_a_later_line_is_not_swallowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one who claimed two deliveries dies; a third comes before another process takes over."""
    with clock.at(NOON):
        paid(*(f.sku(units=1, of=f.listing(title)) for title in ("Star", "Moon", "Sun")))
    deliver_one(NOON)
    deliver_one(NOON)
    first = Notification.objects.filter(event="delivered").earliest("pk")

    def dies(*_args: object) -> int:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", dies)
        with pytest.raises(SystemExit):
            send(notification_id=first.pk, now=NOON + PATIENCE) or send(notification_id=first.pk, now=NOON + PATIENCE)
    deliver_one(NOON + PATIENCE)
    assert mails_at(NOON + PATIENCE) == ["It is here: Sun 648 gems × 1"]
    assert mails_at(NOON + PATIENCE + LEASE) == ["It is here: Star 648 gems × 1 and 1 more"]
    assert "Still to come" not in str(mail.outbox[1].body), "nothing is, by now"
    assert mails_at(NOON + dt.timedelta(hours=2)) == []
    assert not Alarm.objects.exists()


def test_a_death_before_the_claim_is_committed_leaves_everything_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    paid()
    f.deliver_all(NOON)
    with monkeypatch.context() as patched:
        patched.setattr("kameng.lib.failpoints.reach", _dies_before_commit)
        with pytest.raises(SystemExit):
            send(notification_id=Notification.objects.get(event="delivered").pk, now=NOON)
    assert mails_at(NOON) == ["It is here: Star Abyss 648 gems × 1"]


def _dies_before_commit(name: str) -> None:
    if name == "claim_mail.before_commit":
        raise SystemExit


def test_a_mail_that_fails_is_tried_again_with_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(NOON):
        paid(f.sku(units=1, of=f.listing("Star")), f.sku(units=1, of=f.listing("Moon")))
    f.deliver_all(NOON)

    def refuses(*_args: object) -> int:
        raise ConnectionRefusedError("no mail server")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuses)
        assert mails_at(NOON) == []
    assert mails_at(NOON + 30 * SECOND) == ["It is here: Star 648 gems × 1 and 1 more"]
    assert mails_at(NOON + LEASE) == []


def test_done_for_the_buyer_is_no_key() -> None:
    with clock.at(NOON):
        order = paid(f.by_hand(kind=Kind.TOP_UP))
        f.verify_all(NOON)
        row, boss = Fulfillment.objects.get(), f.member("Boss")
        take_up(fulfillment_id=row.pk, user=boss, now=NOON)
        hand_in(fulfillment_id=row.pk, user=boss, goods=Goods(done=1), now=NOON)
    assert mails_at(NOON) == ["It is here: Star Abyss 648 gems × 1"]
    for told in (str(mail.outbox[0].body), html_of(mail.outbox[0])):
        assert "What was done for you stands on the page of the order." in told
        assert "key" not in told.replace("ask for your keys", "")
    assert order.token in str(mail.outbox[0].body)
