"""B3: signing out, a closed account, a lost role and a new password end what a session may do with the very next page."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from shop.merchants.models import Member
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import PASSWORD, verified
from tests.tracking.visitors import ENGLISH

pytestmark = pytest.mark.django_db

SECURITY = reverse("security")


def sign_in(user: User) -> Client:
    browser = Client(headers=ENGLISH)
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert browser.get(SECURITY).status_code == 200
    return browser


def test_signing_out() -> None:
    browser = sign_in(verified())
    key = browser.session.session_key
    browser.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=key).exists(), "whoever copied the cookie has nothing"


def test_a_closed_account() -> None:
    alice = verified()
    browser = sign_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert browser.get(SECURITY).status_code == 302
    closed = Client(headers=ENGLISH).post(
        reverse("account_login"), {"login": alice.email, "password": PASSWORD}, follow=True
    )
    assert "This account is closed" in closed.content.decode()


def test_staff_no_more() -> None:
    person = platform()
    browser = signed_in(person)
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_staff=False)
    assert browser.get("/admin/").status_code == 302


def test_a_lost_role() -> None:
    owner = staff("Owner", f.merchant())
    browser = signed_in(owner)
    orders = reverse("admin:orders_order_changelist")
    assert browser.get(orders).status_code == 200
    Member.objects.filter(user=owner).delete()
    assert browser.get(orders).status_code == 403


def test_a_new_password_ends_all_others_and_leaves_this_one() -> None:
    alice = verified()
    here, there = sign_in(alice), sign_in(alice)
    new = {"oldpassword": PASSWORD, "password1": "another long pass phrase", "password2": "another long pass phrase"}
    assert here.post(reverse("account_change_password"), new)["Location"] == SECURITY
    assert there.get(SECURITY).status_code == 302
    assert here.get(SECURITY).status_code == 200


def test_ending_one_and_all_others_from_the_page() -> None:
    alice = verified()
    here, there, elsewhere = sign_in(alice), sign_in(alice), sign_in(alice)
    places = here.get(SECURITY).context["places"]
    assert [place.here for place in places] == [True, False, False]
    assert here.post(reverse("end_session", args=[places[1].pk]))["Location"] == f"{SECURITY}#sessions"
    assert sorted(browser.get(SECURITY).status_code for browser in (there, elsewhere)) == [200, 302]
    here.post(reverse("end_sessions"))
    assert {browser.get(SECURITY).status_code for browser in (there, elsewhere)} == {302}
    assert len(here.get(SECURITY).context["places"]) == 1


def test_nobody_ends_the_session_of_somebody_else() -> None:
    here, others = sign_in(verified()), sign_in(verified("Bob"))
    theirs = others.get(SECURITY).context["places"][0].pk
    for pk in (theirs, 2**63, 0):
        here.post(reverse("end_session", args=[pk]))
    assert others.get(SECURITY).status_code == 200
    stranger = Client()
    assert stranger.post(reverse("end_session", args=[theirs]))["Location"].startswith(reverse("account_login"))
