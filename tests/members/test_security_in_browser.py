"""Account and security in a browser: everybody can use every page, a passkey signs in, and other browsers are signed out."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kameng.accounts.models import User
from tests import factories as f
from tests.factories import PASSWORD, verified
from tests.factors import code_for, code_of, enrol
from tests.harness import axe
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.members.people import ENGLISH, LOOKS, PLAIN
from tests.tracking.visitors import show, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, user: User) -> None:
    """By the password, as people do; where there is an app, by its code, too."""
    page.goto(reverse("account_login"))
    page.locator("#id_login").fill(user.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


def second_step(page: Page, user: User) -> None:
    page.locator("#id_code").fill(code_of(user))
    page.locator("main form button[type=submit]").first.click()


@contextmanager
def authenticator(page: Page) -> Iterator[None]:
    """The device has a fingerprint reader, whose owner agrees to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    session.send("WebAuthn.disable")


def good(page: Page) -> None:
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("main h1").count() == 1


MEMBERS_PAGES = (
    "security",
    "account_email",
    "account_change_password",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
)
STRANGERS_PAGES = ("account_login", "account_reset_password", "account_password_reset_completed", "account_inactive")


@pytest.mark.drill
@pytest.mark.parametrize("look", scale(["phone", "English, dark phone"], list(LOOKS)))
def test_everybody_can_use_every_page(site: Site, visit: Visit, look: str) -> None:
    alice = verified()
    enrol(alice)
    show(signed_in(alice), f.delivered_order(by=f.buyer(user=alice)))
    page = visit(LOOKS[look])
    for name in STRANGERS_PAGES:
        page.goto(reverse(name))
        good(page)
    sign_in(page, alice)
    expect(page.locator("#id_code")).to_be_visible()
    good(page)
    second_step(page, alice)
    expect(page.locator("[data-menu]")).to_be_visible()
    for name in MEMBERS_PAGES:
        page.goto(reverse(name))
        assert page.url.endswith(reverse(name)), page.url
        good(page)


@pytest.mark.drill
@pytest.mark.parametrize("look", scale(["phone"], list(LOOKS)))
def test_everybody_can_set_up_an_app(site: Site, visit: Visit, look: str) -> None:
    page = visit(LOOKS[look])
    sign_in(page, verified())
    page.goto(reverse("security"))
    good(page)
    for name in ("mfa_activate_totp", "second_factor"):
        page.goto(reverse(name))
        good(page)


@pytest.mark.smoke
def test_alice_makes_a_passkey_and_signs_in_with_it_alone(site: Site, visit: Visit) -> None:
    site.url = site.url.replace("127.0.0.1", "localhost")
    page = visit(ENGLISH)
    alice = verified()
    with authenticator(page):
        sign_in(page, alice)
        page.goto(reverse("security"))
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("Name").fill("My phone")
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        page.get_by_role("link", name="I have kept them: go on").click()
        expect(page.get_by_text("My phone")).to_be_visible()
        good(page)
        page.get_by_label("My account").click()
        page.get_by_role("button", name="Sign out").click()
        page.goto(reverse("account_login"))
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_label("My account")).to_be_visible()
        page.goto(reverse("security"))
        page.get_by_role("link", name="Rename My phone").click()
        good(page)
        page.get_by_label("Name").fill("Blue phone")
        page.get_by_role("button", name="Keep this name").click()
        page.get_by_role("link", name="Remove Blue phone").click()
        good(page)
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_text("A new one signs you out everywhere else.")).to_be_visible()
        expect(page.get_by_text("Blue phone")).not_to_be_visible()


def test_a_passkey_is_the_second_step_after_the_password(site: Site, visit: Visit) -> None:
    site.url = site.url.replace("127.0.0.1", "localhost")
    page = visit(ENGLISH)
    alice = verified()
    with authenticator(page):
        sign_in(page, alice)
        page.goto(reverse("mfa_add_webauthn"))
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        page.context.clear_cookies()
        sign_in(page, alice)
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        page.get_by_role("button", name="With a passkey instead").click()
        expect(page.get_by_label("My account")).to_be_visible()
        page.goto(reverse("mfa_reauthenticate_webauthn"))
        good(page)
        page.get_by_role("button", name="Show the passkey").click()
        expect(page.get_by_role("button", name="Show the passkey")).not_to_be_visible()


def test_where_passkeys_do_not_work_the_page_says_so(site: Site, visit: Visit) -> None:
    """The tests' own address is a number, and no name that a passkey could be bound to."""
    page = visit(ENGLISH)
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").get_by_text("Passkeys do not work here")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_alice_signs_another_browser_out(site: Site, visit: Visit) -> None:
    alice = verified()
    phone, desk = visit(Look(width=360, height=740, locale="en")), visit(ENGLISH)
    for page in (phone, desk):
        sign_in(page, alice)
        expect(page.locator("[data-menu]")).to_be_visible()
    desk.goto(reverse("security"))
    places = desk.locator("#sessions").locator("xpath=ancestor::section").get_by_role("listitem")
    expect(places).to_have_count(2)
    expect(places.first).to_contain_text("This browser")
    desk.get_by_role("button", name="Sign out Chrome").click()
    expect(desk.get_by_text("Signed out there.")).to_be_visible()
    expect(places).to_have_count(1)
    phone.goto(reverse("security"))
    expect(phone.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_all_of_it_without_scripts(site: Site, visit: Visit) -> None:
    page = visit(PLAIN)
    alice = verified()
    sign_in(page, alice)
    page.goto(reverse("security"))
    page.get_by_role("link", name="Set up the app").click()
    key = page.locator("#totp-key").inner_text()
    page.locator("#id_code").fill(code_for(key))
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_text("On since")).to_be_visible()
