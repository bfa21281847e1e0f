"""A card that does not work: the page, the footer and the mail say whom to write to, where there is somebody."""

from typing import Any

import pytest

from kameng.notices.compose import compose
from tests import factories as f
from tests.notices.test_mail import html_of, word
from tests.tracking.visitors import guest_of, page, stranger

pytestmark = pytest.mark.django_db

WHOM = "help@shop.example"


def test_a_delivered_order_says_whom_to_write_to_with_its_number(settings: Any) -> None:
    settings.SUPPORT_EMAIL = WHOM
    order = f.pay_order(f.place_order())
    f.deliver_all()
    seen = page(guest_of(order), order)
    assert "Do they all work?" in seen
    assert f'href="mailto:{WHOM}?subject={order.shown_number}"' in seen
    assert f'href="mailto:{WHOM}"' in stranger().get("/").content.decode()


def test_without_an_address_nothing_asks_whether_they_work(settings: Any) -> None:
    settings.SUPPORT_EMAIL = ""
    order = f.pay_order(f.place_order())
    f.deliver_all()
    seen = page(guest_of(order), order)
    assert "Do they all work?" not in seen
    assert "mailto:" not in seen


@pytest.mark.parametrize("whom", [WHOM, ""])
def test_the_mail_names_it_too(settings: Any, whom: str) -> None:
    settings.SUPPORT_EMAIL = whom
    message = compose(word())
    assert (f"Something wrong? Write to {WHOM}" in message.body) is bool(whom)
    assert (f'href="mailto:{WHOM}?subject=ABCD-EFGH-JKMN-PQRS"' in html_of(message)) is bool(whom)
    assert ("Something wrong?" in html_of(message)) is bool(whom)
