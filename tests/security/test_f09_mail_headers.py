"""F9: no name reaches a header of a mail with a line of its own: one recipient, one subject, nothing else."""

from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from kameng.tasks.registry import run_all
from shop.merchants.models import Merchant
from shop.orders.models import LookUp, Order
from tests import factories as f
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db

BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\r\n\r\n"]
MORE = "Bcc: mallory@example.com"


def sent() -> list[Message]:
    """What goes over the wire, as a mail program reads it."""
    run_all(only={"mail", "lookup"})
    assert mail.outbox
    for message in mail.outbox:
        assert message.recipients() == ["alice@example.com"]
    return [message_from_bytes(message.message().as_bytes(), policy=default) for message in mail.outbox]


def check(message: Message) -> None:
    assert message["Bcc"] is None
    assert message["X-Forged"] is None
    assert len(message.get_all("Subject", [])) == len(message.get_all("To", [])) == len(message.get_all("From", [])) == 1
    assert not set(str(message["Subject"])) & set("\r\n\x0b\x0c\x85\u2028\u2029")


@pytest.mark.parametrize("line_break", BREAKS)
def test_titles_faces_and_names_of_shops_add_no_header(line_break: str) -> None:
    odd = f"Star{line_break}{MORE}{line_break}X-Forged: 1"
    seller = Merchant.objects.create(name=odd, slug="odd", glyph="店", opened_at=f.NOON)
    goods = f.sku(units=1, of=f.listing(odd, seller=seller), value=f"6{line_break}{MORE}"[:20], unit=line_break)
    f.pay_order(f.place_order(goods))
    f.deliver_all()
    messages = sent()
    for message in messages:
        check(message)
    assert any("Star Bcc: mallory@example.com" in str(message["Subject"]) for message in messages)


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_members_name_adds_no_header(line_break: str) -> None:
    alice = f.verified("Alice")
    alice.name = f"Alice{line_break}{MORE}"
    alice.save()
    Client().post(reverse("account_reset_password"), {"email": alice.email})
    f.pay_order(f.place_order(by=f.buyer(user=alice)))
    for message in sent():
        check(message)


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize(
    "shape", ["alice@example.com{}Bcc: mallory@example.com", "alice{}@example.com", '"a{}b"@example.com']
)
def test_an_address_with_a_line_break_is_none(shape: str, line_break: str) -> None:
    odd = shape.format(line_break)
    goods = f.sku(units=1)
    f.gateway_account()
    bob = Shopper()
    form = bob.checkout(goods)
    assert bob.send(form, email=odd).status == 200
    told = {"number": "0" * 16, "email": odd}
    assert Client().post(reverse("lookup"), told).status_code == 200
    for page in ("account_signup", "account_reset_password", "account_request_login_code"):
        Client().post(reverse(page), {"email": odd, "password1": f.PASSWORD, "password2": f.PASSWORD})
    run_all(only={"mail", "lookup"})
    assert not Order.objects.exists()
    assert not LookUp.objects.exists()
    assert mail.outbox == []


def test_two_addresses_are_no_address() -> None:
    goods = f.sku(units=1)
    f.gateway_account()
    bob = Shopper()
    form = bob.checkout(goods)
    for odd in ("alice@example.com,mallory@example.com", "alice@example.com mallory@example.com", "<alice@example.com>"):
        assert bob.send(form, email=odd).status == 200
    assert not Order.objects.exists()
