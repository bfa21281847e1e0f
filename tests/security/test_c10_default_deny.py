"""C10: every page of the admin and every address of the house stands in one table of who may reach it; the rest is closed."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from fulfillment.desk.navigation import navigation
from kameng.accounts.roles import GRANTS, MerchantRole
from kameng.lib.admin import HouseAdmin
from tests import factories as f
from tests.admin.people import signed_in, staff
from tests.security.addresses import everything
from tests.security.policy import ALLAUTH, MODELS, NAMELESS, OTHER_PAGES, ROW_PAGES, SHOP, Who
from tests.security.tenants import address_of, pages
from tests.tracking.visitors import signed_in as buyers_browser

pytestmark = pytest.mark.django_db

#: Models that have no page: their rows stand on another's, or are counted there.
WITHIN = {"catalog.pricetier", "merchants.member", "inventory.movement", "ledger.escrowhold", "notices.notification"}
DENIED = {302, 403, 404, 405}


def outside() -> Iterator[tuple[str, str, Who]]:
    """Every address that is not the admin's, with its name and for whom it is."""
    table = SHOP | ALLAUTH
    for path, pattern in everything():
        if path == "/admin/" or not path.startswith("/admin/"):
            who = table.get(pattern.name or "") or NAMELESS.get(path) or NAMELESS.get(path.partition("^")[0])
            if pattern.name != "index":
                yield path, pattern.name or path, who or Who.CLOSED


def test_every_model_of_the_admin_has_a_policy_and_its_page_keeps_it() -> None:
    assert {model._meta.label_lower for model, _page in pages()} == set(MODELS)
    for model, page in pages():
        assert isinstance(page, HouseAdmin), model
        who = Who.SHARED if page.shared else Who.PLATFORM if page.merchant_path is None else Who.TENANT
        assert MODELS[model._meta.label_lower] is who, model
        shown = page.fields or page.fieldsets or type(page).get_fields is not HouseAdmin.get_fields
        assert shown, f"{model} would show every column"


def test_rows_of_the_queue_have_no_page() -> None:
    assert not [model for model in admin.site._registry if model._meta.app_label in ("django_q", "sessions", "auth", "mfa")]


def test_no_role_is_given_what_is_not_in_the_table() -> None:
    labels = {label for grants in GRANTS.values() for label in grants}
    assert labels <= set(MODELS) | WITHIN
    merchants = {label for role in MerchantRole for label in GRANTS[role]}
    assert not [label for label in merchants if MODELS.get(label) is Who.PLATFORM]


def test_every_address_has_a_policy() -> None:
    known = SHOP | ALLAUTH
    names = {pattern.name for path, pattern in everything() if not path.startswith("/admin/")}
    shown = {name for name, who in known.items() if who is not Who.DEMO or settings.DEMO}
    assert names - {None} == shown
    nameless = {path for path, pattern in everything() if pattern.name is None and not path.startswith("/admin/")}
    assert nameless == set(NAMELESS)
    assert not set(known) & (set(ROW_PAGES) | set(OTHER_PAGES) - {"search"})  # the shop has one too


def test_what_is_a_members_sends_everybody_else_to_sign_in() -> None:
    browser, checked = Client(), 0
    for path, name, who in outside():
        if who is Who.MEMBER:
            for answer in (browser.get(path), browser.post(path, {"x": "1"})):
                assert answer.status_code == 302 or (answer.status_code, name) == (405, name), name
                if answer.status_code == 302:
                    assert answer["Location"].partition("?")[0] in (reverse("account_login"), reverse("security")), name
                    checked += 1
    assert checked > 30


def test_what_is_a_buyers_is_not_there_for_anybody_else() -> None:
    order = f.delivered_order(by=f.buyer(user=f.member("Alice")), codes=["ALICES-KEY"])
    browsers = [Client(), buyers_browser(f.member("Bob")), signed_in(staff("Owner", f.merchant()))]
    names = [name for name, who in SHOP.items() if who is Who.OWN_ORDER]
    assert len(names) == 11
    for name in names:
        for browser in browsers:
            path = reverse(name, args=[order.number])
            told = {answer.status_code for answer in (browser.get(path), browser.post(path, {"x": "1"}))}
            assert told <= {404, 405}, (name, told)


@pytest.mark.parametrize("who", ["guest", "buyer", "staff without a role"])
def test_the_admin_is_closed_to_whoever_has_no_role(who: str) -> None:
    f.delivered_order()
    browsers: dict[str, Callable[[], Client]] = {
        "guest": Client,
        "buyer": lambda: signed_in(f.member("Buyer")),
        "staff without a role": lambda: signed_in(f.member("Nobody", is_staff=True)),
    }
    browser = browsers[who]()
    nameless = {"index", "search", "app_list", "jsi18n", "password_change", "password_change_done", "login", "logout"}
    for path, pattern in everything():
        if path.startswith("/admin/") and path != "/admin/" and pattern.name not in nameless:
            for answer in (browser.get(path), browser.post(path, {"x": "1"})):
                assert answer.status_code in DENIED, (path, answer.status_code)


def test_what_is_the_platforms_is_closed_to_merchants_and_not_in_their_side_bar() -> None:
    for role in MerchantRole:
        browser = signed_in(staff(f"Clerk{role}", f.merchant(), role))
        links = str(navigation(browser.get(reverse("admin:index")).wsgi_request))
        for model, _page in pages():
            if MODELS[model._meta.label_lower] is Who.PLATFORM:
                answers = [browser.get(address_of(model, view)) for view in ("changelist", "add")]
                assert {answer.status_code for answer in answers} == {403}, (role, model)
                assert address_of(model, "changelist") not in links
