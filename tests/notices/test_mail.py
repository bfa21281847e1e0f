"""Word by mail: once, in the reader's language, with a link and no secret."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from kameng.notices.models import Alarm, Notification
from kameng.notices.notify import Recipient, notify
from kameng.notices.send import LEASE, PATIENCE, send, unsent
from kameng.tasks.registry import run_all
from tests import factories as f
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def word(**changes: Any) -> Notification:
    """A message to Alice that three keys came."""
    context = {
        "number": "ABCDEFGHJKMNPQRS",
        "token": "a-token",
        "title": "Star Abyss",
        "face": "3280 dust",
        "quantity": 3,
        "merchant": "Jade Cards",
        "amount": 97200,
        "currency": "CNY",
        "paid_at": NOON.isoformat(),
        "delivered_at": (NOON + dt.timedelta(seconds=5)).isoformat(),
        "complaint_by": (NOON + dt.timedelta(days=1)).isoformat(),
    } | changes.pop("context", {})
    fields = {"key": "line:1:delivered", "event": "delivered", "address": "alice@example.com", "locale": "en"} | changes
    to = Recipient(fields["address"], fields["locale"], fields.get("user"))
    notify(key=fields["key"], event=fields["event"], to=to, context=context, now=NOON)
    return Notification.objects.get(key=fields["key"])


def html_of(message: Any) -> str:
    """The part that mail programs draw."""
    return str(message.alternatives[0][0])


def test_alice_learns_that_her_keys_came_and_where_they_are() -> None:
    send(notification_id=word().pk, now=NOON)
    (message,) = mail.outbox
    assert message.to == ["alice@example.com"]
    assert message.subject == "It is here: Star Abyss 3280 dust × 3"
    html = html_of(message)
    for text in (message.body, html):
        assert "http://testserver/o/k/a-token/" in text
        assert "ABCD-EFGH-JKMN-PQRS" in text
        assert "¥972.00" in text
        assert "Nov 23 12:00" in text
    assert "Delivered in 5 s" in html
    assert "<svg" not in html
    assert "••••-••••-••••-••••" in html


EVENTS = ["delivered", "refunded", "shipped", "order_link", "paid"]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(("locale", "fits", "strange"), [("en", ": ", "："), ("zh-hans", "：", ": ")])
def test_the_colons_of_a_text_mail_are_those_of_its_language(event: str, locale: str, fits: str, strange: str) -> None:
    context: dict[str, Any] = {
        "shipped_at": NOON.isoformat(),
        "placed_at": NOON.isoformat(),
        "refunded_at": NOON.isoformat(),
    }
    context |= {"courier": "SF", "tracking": "SF1", "destination": "WALLET"}
    line = {"line": "line:1", "title": "Star", "face": "1", "quantity": 1, "mode": "AUTO"}
    context["lines"] = [line | {"promised_by": NOON.isoformat(), "refund_by": NOON.isoformat()}]
    row = word(event=event, locale=locale, user=f.member("Alice"), context=context)
    send(notification_id=row.pk, now=NOON)
    (message,) = mail.outbox
    assert fits in message.body
    assert strange not in message.body, message.body


def test_a_member_gets_the_address_of_the_order_which_asks_to_sign_in() -> None:
    send(notification_id=word(user=f.member("Alice"), context={"token": ""}).pk, now=NOON)
    assert "http://testserver/o/ABCDEFGHJKMNPQRS/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        ("WALLET", "It is in your wallet now."),
        ("SOURCE", "It goes back to where you paid from."),
        ("SOURCE WALLET", "A part is in your wallet now, the rest goes back to where you paid from."),
    ],
)
def test_a_refund_says_how_much_and_where_to(destination: str, said: str) -> None:
    send(notification_id=word(event="refunded", context={"destination": destination}).pk, now=NOON)
    (message,) = mail.outbox
    assert message.subject == "Money back ¥972.00: Star Abyss 3280 dust × 3"
    assert said in message.body
    assert said in html_of(message)


def test_the_language_is_the_readers(settings: Any) -> None:
    send(notification_id=word(locale="en").pk, now=NOON)
    send(notification_id=word(key="k2", locale="zh-hans").pk, now=NOON)
    first, second = (html_of(message) for message in mail.outbox)
    assert '<html lang="en">' in first
    assert '<html lang="zh-Hans">' in second


def test_a_key_is_written_once_and_sent_once() -> None:
    row = word()
    word()
    assert run_all(now=NOON, only=["mail"]) == 1
    assert run_all(now=NOON + LEASE, only=["mail"]) == 0
    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.sent_at == NOON
    assert not send(notification_id=row.pk, now=NOON + LEASE)


def test_the_message_id_names_the_message_whoever_sends_it() -> None:
    row = word()
    send(notification_id=row.pk, now=NOON)
    Notification.objects.update(sent_at=None, next_try_at=NOON)
    send(notification_id=row.pk, now=NOON)
    send(notification_id=word(key="another").pk, now=NOON)
    first, again, other = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == again != other


def test_two_workers_never_send_the_same_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one sends, the other finds the message claimed."""
    row, inner = word(), []
    sends = EmailBackend.send_messages

    def while_sending(backend: EmailBackend, messages: list[Any]) -> int:
        inner.append((send(notification_id=row.pk, now=NOON), unsent(NOON)))
        return int(sends(backend, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", while_sending)
    send(notification_id=row.pk, now=NOON)
    assert inner == [(False, [])]
    assert len(mail.outbox) == 1


def test_a_message_whose_sender_died_is_taken_up_after_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    row = word()

    def dies(*_args: object) -> int:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", dies)
        with pytest.raises(SystemExit):
            send(notification_id=row.pk, now=NOON)
    assert unsent(NOON + LEASE - MINUTE) == []
    assert unsent(NOON + LEASE) == [row.pk]


def test_failures_are_tried_again_after_growing_pauses_and_then_a_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_args: object) -> int:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailBackend, "send_messages", refuses)
    row, now, pauses = word(), NOON, list[dt.timedelta]()
    for attempt in range(1, PATIENCE + 1):
        send(notification_id=row.pk, now=now)
        row.refresh_from_db()
        assert row.attempts == attempt
        if row.next_try_at:
            pauses.append(row.next_try_at - now)
            now = row.next_try_at
    assert pauses == sorted(pauses)
    assert pauses[0] == dt.timedelta(seconds=30)
    assert row.next_try_at is None
    assert row.sent_at is None
    assert "ConnectionRefusedError" in row.failure
    assert Alarm.objects.get().kind == "mail-unsent"


@pytest.mark.parametrize(
    "address", ["alice@example.com\nBcc: eve@example.com", "alice@example.com, eve@example.com", "nobody"]
)
def test_an_address_that_is_none_is_given_up_at_once(address: str) -> None:
    send(notification_id=word(address=address).pk, now=NOON)
    assert mail.outbox == []
    assert unsent(NOON + dt.timedelta(days=9)) == []
    assert Alarm.objects.count() == 1


def test_a_title_with_line_ends_or_markup_stays_a_title() -> None:
    """F9: nothing a merchant writes becomes a header, a second recipient or markup."""
    title = "Star\r\nBcc: eve@example.com\r\n<script>alert(1)</script>"
    send(notification_id=word(context={"title": title}).pk, now=NOON)
    (message,) = mail.outbox
    assert message.recipients() == ["alice@example.com"]
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    raw = message.message()
    assert raw["Bcc"] is None
    assert "<script>" not in html_of(message)
