"""B4: signing in and signing up give a new session, and the guest's cart goes along; signing out leaves nothing."""

import pytest
from django.contrib.sessions.models import Session

from kameng.accounts.models import User
from tests.factories import PASSWORD, verified
from tests.letters import newest_code
from tests.storefront.carting import goods, kept, look, put
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


def key(shopper: Shopper) -> str:
    return shopper.client.cookies["sessionid"].value


def with_cart() -> tuple[Shopper, dict[int, int]]:
    bob, made = Shopper(), goods("Star Abyss")
    put(bob, made, 3)
    put(bob, goods("Moon Harbour"))
    return bob, kept(bob)


def sign_in(shopper: Shopper, user: User) -> None:
    answer = shopper.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status == 302


def test_at_sign_in() -> None:
    bob, before = with_cart()
    guest = key(bob)
    sign_in(bob, verified())
    assert key(bob) != guest
    assert not Session.objects.filter(session_key=guest).exists(), "whoever knew the old one has nothing"
    assert kept(bob) == before
    assert "Star Abyss 648 gems" in look(bob).text


def test_at_sign_up() -> None:
    bob, before = with_cart()
    guest = key(bob)
    sent = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert bob.post("/account/signup/", sent).status == 302
    assert bob.post("/account/confirm-email/", {"code": newest_code()}).status == 302
    assert User.objects.get(email="new@example.com")
    assert key(bob) != guest
    assert not Session.objects.filter(session_key=guest).exists()
    assert kept(bob) == before


def test_signing_out_empties_it_for_whoever_comes_next() -> None:
    bob, _before = with_cart()
    sign_in(bob, verified())
    bob.post("/account/logout/")
    assert "Your cart is empty" in look(bob).text
    sign_in(bob, verified("Carol"))
    assert "Your cart is empty" in look(bob).text


def test_another_person_in_the_same_browser_gets_no_cart_of_the_first() -> None:
    bob, _before = with_cart()
    sign_in(bob, verified())
    bob.client.force_login(verified("Carol"))
    assert "Your cart is empty" in look(bob).text
