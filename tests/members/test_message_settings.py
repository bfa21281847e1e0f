"""Of what a member hears, and where: a table of switches, some of them fixed; and the way out of a mail."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from kameng.accounts.models import User
from kameng.lib import clock
from kameng.notices.models import Silence
from kameng.notices.preferences import stop_token
from kameng.tasks.registry import run_all
from tests import factories as f
from tests.factories import NOON
from tests.notices.test_mail import html_of
from tests.storefront.shopper import Seen
from tests.tracking.visitors import signed_in, stranger

pytestmark = pytest.mark.django_db
EVERY = {f"{event}:{channel}" for event in ("paid", "delivered", "shipped") for channel in ("mail", "shop")}


@pytest.fixture
def alice() -> User:
    return f.member("Alice")


def page(user: User) -> Seen:
    return Seen(signed_in(user).get(reverse("message_settings")))


def ticked(user: User) -> set[str]:
    """The switches that are on."""
    tags = re.findall(r'<input type="checkbox"[^>]*>', page(user).html)
    return {found[1] for tag in tags if "checked" in tag and (found := re.search(r'value="([^"]+)"', tag))}


def save(user: User, *on: str) -> Seen:
    return Seen(signed_in(user).post(reverse("message_settings"), {"on": on}, follow=True))


def test_at_first_everything_is_on(alice: User) -> None:
    assert ticked(alice) == EVERY


def test_what_nobody_can_turn_off_says_why(alice: User) -> None:
    text = page(alice).text
    assert "Money back how much, why and where to It is about your money, so you always hear of it. Always Always" in text
    assert "Without it somebody could take your account unnoticed. Always – not here" in text


def test_what_is_chosen_is_kept(alice: User) -> None:
    seen = save(alice, "delivered:mail", "paid:shop")
    assert "Saved. It holds from the next message on." in seen.text
    assert ticked(alice) == {"delivered:mail", "paid:shop"}
    assert ticked(f.member("Bob")) == EVERY
    save(alice, *EVERY)
    assert not Silence.objects.exists()


def test_what_is_fixed_or_made_up_cannot_be_turned_off(alice: User) -> None:
    save(alice, "nothing:mail", "refunded:mail", "\0", "paid:pigeon")
    assert set(Silence.objects.values_list("event", "channel")) == {tuple(name.split(":")) for name in EVERY}


def sent_to(user: User | None, *, deliver: bool = True) -> "mail.EmailMultiAlternatives":
    """The mail of an order that was delivered, or paid back."""
    with clock.at(NOON):
        order = f.pay_order(f.place_order(by=f.buyer("Alice", user=user), now=NOON), now=NOON)
        line = f.line_of(order)
        at = NOON if deliver else line.refund_by or NOON
        f.deliver_all(at) if deliver else refund_overdue(line_id=line.pk, now=at)
        run_all(now=at, only={"mail"})
    message = mail.outbox[-1]
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


def stop_path(message: "mail.EmailMultiAlternatives") -> str:
    header = message.extra_headers["List-Unsubscribe"]
    found = re.fullmatch(r"<http://testserver(/messages/stop/[^>]+/)>", header)
    assert found, header
    return found[1]


def test_a_mail_says_why_it_came_and_leads_to_where_that_is_changed(alice: User) -> None:
    message = sent_to(alice)
    path = stop_path(message)
    for told in (str(message.body), html_of(message)):
        assert "This mail came because of your order at 卡盟, and you hear by mail of: Goods are here." in told
        assert f"http://testserver{path}" in told
        assert "http://testserver/messages/settings/" in told
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_that_nobody_can_turn_off_says_so_and_offers_no_way_out(alice: User) -> None:
    message = sent_to(alice, deliver=False)
    assert "List-Unsubscribe" not in message.extra_headers
    for told in (str(message.body), html_of(message)):
        assert "It is about your money, so you always hear of it." in told
        assert "/messages/stop/" not in told
        assert "http://testserver/messages/settings/" in told


def test_a_guests_mail_is_the_only_way_to_the_order_and_says_so() -> None:
    message = sent_to(None)
    assert "List-Unsubscribe" not in message.extra_headers
    for told in (str(message.body), html_of(message)):
        assert "without an account, mails are the way to the order, so they always come" in told
        assert "/messages/" not in told


def test_the_link_asks_first_and_a_press_ends_these_mails(alice: User) -> None:
    path = stop_path(sent_to(alice))
    browser = stranger()
    seen = Seen(browser.get(path))
    assert seen.status == 200
    assert "No more mails of this kind?" in seen.text
    assert not Silence.objects.exists(), "a link is followed by machines too"
    done = Seen(browser.post(path))
    assert (done.status, "You get no more of these mails" in done.text) == (200, True)
    assert list(Silence.objects.values_list("user", "event", "channel")) == [(alice.pk, "delivered", "mail")]
    assert "alice@example.com" not in seen.html + done.html
    before = len(mail.outbox)
    sent_to(alice)
    assert len(mail.outbox) == before


def test_a_mail_program_ends_them_by_itself_in_one_request(alice: User) -> None:
    """RFC 8058: a POST without cookies, which gets no redirect; twice does no harm."""
    path, program = stop_path(sent_to(alice)), Client(enforce_csrf_checks=True)
    body = "List-Unsubscribe=One-Click"
    for _ in range(2):
        program.cookies.clear()
        answer = program.post(path, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
    assert Silence.objects.count() == 1
    assert ticked(alice) == EVERY - {"delivered:mail"}


def test_a_token_that_is_not_ours_or_asks_for_more_does_nothing(alice: User) -> None:
    good = stop_token(user_id=alice.pk, event="paid")
    bad = [
        f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        stop_token(user_id=alice.pk, event="refunded"),
        stop_token(user_id=alice.pk, event="order_link"),
        stop_token(user_id=10**9, event="paid"),
        "x",
        "%00",
        "a:b:c",
        "盟",
    ]
    for token in bad:
        path = f"/messages/stop/{token}/"
        assert stranger().post(path).status_code == 404, token
        asked = 200 if token == bad[3] else 404
        assert stranger().get(path).status_code == asked, "whether there is such a member, nobody learns by looking"
    assert not Silence.objects.exists()
