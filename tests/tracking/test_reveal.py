"""Keys open on demand, in one response, exactly as they were sold."""

import pytest
from django.urls import reverse

from fulfillment.delivery.models import Reveal
from kameng.audit.models import Entry
from kameng.notices.models import Alarm
from shop.inventory.models import Secret, StockUnit
from tests import factories as f
from tests.tracking.visitors import guest_of, page, show, signed_in, take_home

pytestmark = pytest.mark.django_db

#: What a browser or a template could change on the way: markup, quotes, blanks, line ends, tabs, other scripts.
ODD = "  <b>&amp;\"'</b>\tA\r\nB\rC\n\n{{ x }} {% y %} ﻿Ж卡🀄 "


def test_alice_reads_her_key_after_showing_it_and_not_before() -> None:
    order = f.delivered_order(codes=["STAR-1234-ABCD"])
    alice = guest_of(order)
    assert "STAR-1234-ABCD" not in page(alice, order)
    assert "STAR-1234-ABCD" in show(alice, order).content.decode()
    assert "STAR-1234-ABCD" not in page(alice, order)


def test_one_key_opens_alone() -> None:
    order = f.delivered_order(codes=["KEY-ONE", "KEY-TWO"])
    _first, second = StockUnit.objects.order_by("position")
    shown = show(guest_of(order), order, second.pk).content.decode()
    assert "KEY-TWO" in shown
    assert "KEY-ONE" not in shown
    assert list(Reveal.objects.values_list("unit_id", flat=True)) == [second.pk]


def test_htmx_gets_only_what_it_puts_in_place() -> None:
    order = f.delivered_order(codes=["KEY-ONE", "KEY-TWO"])
    unit = StockUnit.objects.order_by("position")[0]
    alice = guest_of(order)
    one = show(alice, order, unit.pk, **{"HX-Request": "true"}).content.decode()
    assert f'id="key-{unit.pk}"' in one
    assert "<html" not in one
    assert "KEY-TWO" not in one
    every = show(alice, order, **{"HX-Request": "true"}).content.decode()
    assert "KEY-ONE" in every
    assert "KEY-TWO" in every
    assert "Copy all 2" in every
    assert "<html" not in every


def test_every_opening_of_every_key_is_written_down() -> None:
    order = f.delivered_order(quantity=3)
    alice = guest_of(order)
    show(alice, order)
    take_home(alice, order)
    assert Reveal.objects.count() == Entry.objects.filter(act="reveal").count() == 6


def test_the_page_says_when_a_key_was_first_opened_and_the_log_by_whom() -> None:
    order = f.delivered_order(quantity=2)
    alice = guest_of(order)
    alice.post(
        reverse("reveal", args=[order.number]),
        {"line": f.line_of(order).pk},
        headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)"},
    )
    seen = page(alice, order)
    assert "first opened" in seen
    assert "2 keys were opened" in seen
    assert "by you · iPhone · 127.0.0.1" in seen


def test_the_log_tells_keys_that_were_shown_from_those_that_were_downloaded() -> None:
    order = f.delivered_order(quantity=2)
    alice = guest_of(order)
    show(alice, order)
    take_home(alice, order)
    seen = page(alice, order)
    assert "2 keys were opened" in seen
    assert "2 keys were downloaded" in seen


def test_an_odd_key_is_shown_escaped_and_downloaded_to_the_byte() -> None:
    order = f.delivered_order(codes=[ODD, "PLAIN"])
    alice = guest_of(order)
    shown = show(alice, order).content.decode()
    assert "<b>&amp;\"'</b>" not in shown
    assert "&lt;b&gt;&amp;amp;&quot;&#x27;&lt;/b&gt;\tA&#13;\nB&#13;C" in shown
    file = take_home(alice, order)
    assert file.content == f"{ODD}\nPLAIN\n".encode()
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"].startswith("attachment;")
    assert file["X-Content-Type-Options"] == "nosniff"


def test_alice_as_a_member_opens_the_keys_of_her_order() -> None:
    member = f.member("Alice")
    order = f.delivered_order(codes=["MINE"], by=f.buyer(user=member))
    assert "MINE" in show(signed_in(member), order).content.decode()
    assert Entry.objects.get().actor == member.holder


def test_nothing_opens_before_delivery() -> None:
    order = f.pay_order()
    alice = guest_of(order)
    assert show(alice, order).status_code == 404
    assert take_home(alice, order).status_code == 404
    assert not Entry.objects.exists()


def test_keys_of_another_line_or_of_nobody_do_not_open() -> None:
    mine, other = f.delivered_order(), f.delivered_order(by=f.buyer("Bob"))
    foreign = StockUnit.objects.get(reservation=f.line_of(other).reservation)
    alice, url = guest_of(mine), reverse("reveal", args=[mine.number])
    for data in (
        {"line": f.line_of(mine).pk, "unit": foreign.pk},
        {"line": f.line_of(other).pk},
        {"line": "", "unit": ""},
        {"line": "9" * 30},
        {"line": "²"},
        {},
    ):
        assert alice.post(url, data).status_code == 404
    assert not Entry.objects.exists()


def test_looking_at_the_address_of_a_reveal_leads_back_to_the_order() -> None:
    order = f.delivered_order()
    alice = guest_of(order)
    assert alice.get(reverse("reveal", args=[order.number])).headers["Location"] == reverse("order", args=[order.number])
    assert alice.get(reverse("download", args=[order.number])).status_code == 405
    assert not Entry.objects.exists()


def test_a_key_that_cannot_be_opened_is_raised_to_the_platform() -> None:
    order = f.delivered_order(codes=["LOST-WITH-ITS-KEY"])
    Secret.objects.update(sealed=Secret.objects.get().sealed.replace("t1:", "gone:"))
    alice = guest_of(order)
    alice.raise_request_exception = False
    assert show(alice, order).status_code == 500
    assert Alarm.objects.get().kind == "secret-unreadable"


def test_a_form_from_another_site_opens_nothing() -> None:
    order = f.delivered_order()
    alice = guest_of(order)
    alice.handler.enforce_csrf_checks = True
    assert show(alice, order).status_code == 403
    assert not Entry.objects.exists()


def test_a_reloading_browser_without_scripts_never_reloads_away_what_it_was_shown() -> None:
    order = f.delivered_order()
    assert "http-equiv" not in show(guest_of(order), order).content.decode()
