"""Messages: what a member was told, newest first, by day; nobody else reads it, and no secret stands in it."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from kameng.accounts.models import User
from kameng.lib import clock
from kameng.notices.models import Notification, Silence
from kameng.tasks.registry import run_all
from shop.orders.models import Order
from shop.storefront.views.messages import PER_PAGE
from tests import factories as f
from tests.factories import NOON
from tests.storefront.shopper import Seen
from tests.tracking.visitors import guest_of, show, signed_in, state, stranger

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BELL = re.compile(r'class="km-count" aria-hidden="true">([^<]+)<')


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def alice() -> User:
    return f.member("Alice")


def bought(user: User, title: str = "Star Abyss", *, ago: dt.timedelta = dt.timedelta(0)) -> Order:
    """Paid and delivered at this moment, or so long before."""
    with clock.at(NOON - ago):
        order = f.pay_order(f.place_order(f.sku(units=1, of=f.listing(title)), by=f.buyer(user=user)))
        f.deliver_all()
        return order


def page(user: User, **asked: str) -> Seen:
    seen = Seen(signed_in(user).get(reverse("messages"), asked))
    assert seen.status == 200
    return seen


def bell(browser: Client) -> str:
    """The number on the bell of the home page."""
    found = BELL.search(browser.get("/").content.decode())
    return found[1] if found else ""


def word(user: User, event: str = "delivered") -> Notification:
    return Notification.objects.filter(user=user, event=event).latest("pk")


def opened(browser: Client, message: Notification) -> Seen:
    return Seen(browser.post(reverse("message_open", args=[message.pk])))


def test_every_word_stands_there_by_day_newest_first(alice: User) -> None:
    bought(alice, "Old Sun", ago=9 * DAY)
    bought(alice, "Moon", ago=DAY)
    order = f.pay_order(f.place_order(f.sku(units=1, of=f.listing("Star")), f.by_hand(), by=f.buyer(user=alice)))
    line = order.lines.order_by("pk")[0]
    refund_overdue(line_id=line.pk, now=line.refund_by or NOON)
    text = page(alice).text
    told = [
        "Today",
        "Star 648 gems × 1",
        "It goes back to where you paid from.",
        "Payment received: ¥196.00",
        "Star 648 gems × 1 and 1 more: promised by 12:30. What is not here by Nov 23 12:00 is paid back by itself.",
        "Yesterday",
        "Moon 648 gems × 1: it is here",
        "It took under 1 s. The keys are in the order.",
        "Nov 13",
        "Old Sun 648 gems × 1: it is here",
    ]
    places = [text.find(words) for words in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)


def test_nobody_was_told_anything_yet(alice: User) -> None:
    seen = page(alice)
    assert "No messages yet" in seen.text
    assert "Mark all as read" not in seen.text


def test_the_bell_counts_what_is_new_until_it_is_opened(alice: User) -> None:
    order = bought(alice)
    browser = signed_in(alice)
    assert bell(browser) == "2"
    answer = opened(browser, word(alice))
    assert (answer.status, answer.location) == (302, f"/o/{order.number}/")
    assert word(alice).read_at == NOON
    assert bell(browser) == "1"
    assert page(alice).html.count('class="km-new"') == 1


def test_looking_at_messages_changes_nothing(alice: User) -> None:
    bought(alice)
    before = list(Notification.objects.order_by("pk").values())
    browser = signed_in(alice)
    browser.get(reverse("messages"))
    assert browser.get(reverse("message_open", args=[word(alice).pk])).status_code == 405
    assert browser.get(reverse("messages_read")).status_code == 405
    assert list(Notification.objects.order_by("pk").values()) == before


def test_who_sees_the_order_need_not_read_that_again(alice: User) -> None:
    first, second = bought(alice), bought(alice, "Moon")
    browser = signed_in(alice)
    seen = browser.get(reverse("order", args=[first.number])).content.decode()
    assert BELL.search(seen)[1] == "2"  # type: ignore[index]
    state(browser, second)
    assert bell(browser) == ""


def test_opening_the_keys_reads_the_word_of_them(alice: User) -> None:
    order = bought(alice)
    browser = signed_in(alice)
    show(browser, order)
    assert bell(browser) == ""


def test_all_are_read_but_not_what_came_after_the_page(alice: User) -> None:
    bought(alice)
    newest = page(alice).fields()["upto"]
    bought(alice, "Moon")
    browser = signed_in(alice)
    answer = Seen(browser.post(reverse("messages_read"), {"upto": newest}))
    assert (answer.status, answer.location) == (302, "/messages/")
    assert bell(browser) == "2"


def test_a_guests_word_is_by_mail_alone(alice: User) -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    assert "No messages yet" in page(alice).text
    assert reverse("messages") not in guest_of(order).get("/").content.decode()


def test_deliveries_told_in_one_mail_are_one_message(alice: User) -> None:
    skus = [f.sku(units=1, of=f.listing(title)) for title in ("Star", "Moon", "Sun")]
    f.pay_order(f.place_order(*skus, by=f.buyer(user=alice)))
    f.deliver_all()
    run_all(only={"mail"})
    assert len(mail.outbox) == 1
    seen = page(alice)
    assert "Star 648 gems × 1 and 2 more: it is here" in seen.text
    assert bell(signed_in(alice)) == "2", "that, and the payment"


def test_no_key_and_no_token_stands_in_a_message(alice: User) -> None:
    order = f.delivered_order(by=f.buyer(user=alice), codes=["QZXW-9999-VVVV"])
    html = page(alice).html
    assert "QZXW" not in html
    assert "VVVV" not in html
    assert order.token not in html
    assert order.token not in str(list(Notification.objects.values()))


def test_others_read_nothing_of_it(alice: User) -> None:
    bought(alice)
    bob, hers, nobodys = f.member("Bob"), word(alice), 10**9
    assert "No messages yet" in page(bob).text
    browser = signed_in(bob)
    for key in (hers.pk, nobodys, 0, 10**30, "x", "١", "-1", "1e3"):
        answer = browser.post(reverse("message_open", args=[key]))
        assert answer.status_code == 404, key
    for upto in (hers.pk, "", "x", str(10**30)):
        assert browser.post(reverse("messages_read"), {"upto": upto}).status_code == 302
    theirs, none = (bodies(browser, key) for key in (hers.pk, nobodys))
    assert theirs == none, "nobody learns whether there is such a message"
    hers.refresh_from_db()
    assert hers.read_at is None


def bodies(browser: Client, key: int) -> str:
    """The answer for a message, without what is new each time."""
    text = browser.post(reverse("message_open", args=[key])).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-now="\d+"', "", text).replace(f"/{key}/", "/KEY/")


@pytest.mark.parametrize("name", ["messages", "message_settings"])
def test_a_stranger_is_asked_to_sign_in(name: str) -> None:
    answer = stranger().get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={reverse(name)}")


@pytest.mark.parametrize("name", ["messages", "message_settings"])
def test_no_cache_keeps_the_pages(alice: User, name: str) -> None:
    answer = signed_in(alice).get(reverse(name))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_a_page_holds_fifty_and_odd_numbers_of_pages_are_pages(alice: User) -> None:
    grow(alice, PER_PAGE + 1)
    assert page(alice).html.count("km-message-icon") == PER_PAGE
    for asked in ("2", "99", str(10**40)):
        assert "Page " in page(alice, page=asked).text
    assert page(alice, page="2").html.count("km-message-icon") == 1
    assert page(alice, page="x").html.count("km-message-icon") == PER_PAGE


def grow(user: User, count: int) -> None:
    """So many messages like one."""
    bought(user)
    like = word(user)
    Notification.objects.filter(user=user).exclude(pk=like.pk).delete()
    copies = [Notification(key=f"copy:{like.pk}:{n}") for n in range(count - 1)]
    for copy in copies:
        for name in ("event", "user_id", "address", "locale", "context", "created_at", "thread"):
            setattr(copy, name, getattr(like, name))
    Notification.objects.bulk_create(copies)


def queries(user: User, url: str) -> int:
    browser = signed_in(user)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


def test_a_thousand_messages_ask_as_much_as_ten(alice: User) -> None:
    bob = f.member("Bob")
    grow(alice, 10)
    grow(bob, 1000)
    for url in (reverse("messages"), "/"):
        assert queries(alice, url) == queries(bob, url) <= 8
    assert bell(signed_in(alice)) == "10"
    assert bell(signed_in(bob)) == "99+"


def test_what_is_turned_off_is_neither_listed_nor_counted_and_is_back_when_it_is_turned_on(alice: User) -> None:
    bought(alice)
    silence = Silence.objects.create(user=alice, event="paid", channel="shop")
    assert "Payment received" not in page(alice).text
    assert bell(signed_in(alice)) == "1"
    assert opened(signed_in(alice), word(alice, "paid")).status == 404
    silence.delete()
    assert "Payment received" in page(alice).text
    assert bell(signed_in(alice)) == "2"
