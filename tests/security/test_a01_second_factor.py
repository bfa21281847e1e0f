"""A1: staff, support and merchants need a second factor: with a password alone no address of the admin gives a page."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fulfillment.demo.people import PEOPLE
from kameng.accounts import deployment
from kameng.accounts.models import User
from tests import factories as f
from tests.admin.people import by_password_alone, platform, signed_in, staff
from tests.factories import PASSWORD
from tests.factors import code_for, code_of, enrol

pytestmark = pytest.mark.django_db

ASKS = reverse("second_factor")


def addresses() -> list[str]:
    """Every address of the admin, with 1 for whatever it takes."""
    resolver = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "admin")
    assert isinstance(resolver, URLResolver)
    return sorted({path.replace("//", "/") for path in walked(resolver, "/admin/")})


def walked(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield prefix + filled(each)
        else:
            yield from walked(each, prefix + filled(each))


def filled(each: URLPattern | URLResolver) -> str:
    route = getattr(each.pattern, "_route", "")
    return re.sub(r"<[^>]+>", "1", str(route))


@pytest.mark.parametrize("who", ["operator", "support", "merchant"])
def test_no_address_gives_a_page_to_a_password_alone(who: str) -> None:
    people: dict[str, Callable[[], User]] = {
        "operator": platform,
        "support": lambda: platform("SUPPORT"),
        "merchant": lambda: staff("Owner", f.merchant()),
    }
    browser = by_password_alone(people[who]())
    paths = addresses()
    assert len(paths) > 80
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith(f"{ASKS}?next=%2Fadmin%2F"), path
        if path != reverse("admin:logout"):
            assert browser.post(path)["Location"] == f"{ASKS}?next=%2Fadmin%2F", path


def test_signing_out_needs_none() -> None:
    browser = by_password_alone(platform())
    assert browser.post(reverse("admin:logout"))["Location"] == "/"
    assert "_auth_user_id" not in browser.session


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_leads_back_to_where_one_was_going() -> None:
    person = platform()
    browser = Client(headers={"accept-language": "en"})
    going = reverse("admin:orders_order_changelist")
    door = browser.post(reverse("admin:login"), {"username": person.email, "password": PASSWORD, "next": going})
    assert door["Location"] == going
    page = browser.get(going, follow=True)
    assert "First a second factor" in page.content.decode()
    form = browser.get(reverse("mfa_activate_totp"))
    assert form.status_code == 200, "the password was just typed: nobody is asked for it again"
    done = browser.post(reverse("mfa_activate_totp"), {"code": code_for(form.context["form"].secret)}, follow=True)
    assert "I have kept them: go on" in done.content.decode()
    assert browser.get(ASKS)["Location"] == going
    assert browser.get(going).status_code == 200


def test_signing_in_at_the_admin_or_the_shop_asks_for_it() -> None:
    person = f.verified("Olga")
    User.objects.filter(pk=person.pk).update(is_staff=True, platform_role="OPERATOR")
    enrol(person)
    doors = {
        reverse("admin:login"): {"username": person.email, "password": PASSWORD, "next": "/admin/"},
        reverse("account_login"): {"login": person.email, "password": PASSWORD, "next": "/admin/"},
    }
    for steps, (door, sent) in enumerate(doors.items()):
        browser = Client()
        assert browser.post(door, sent)["Location"] == reverse("mfa_authenticate")
        assert "_auth_user_id" not in browser.session
        assert browser.get("/admin/")["Location"].startswith("/admin/login/")
        wrong = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert wrong.status_code == 200
        if steps == 0:
            assert browser.post(reverse("mfa_authenticate"), {"code": code_of(person)})["Location"] == "/admin/"
            assert browser.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_browser_from_before_the_factor_was_set_up_is_signed_out() -> None:
    person = f.verified("Olga")
    old = Client()
    old.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert old.get(reverse("security")).status_code == 200
    new = Client()
    new.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    secret = new.get(reverse("mfa_activate_totp")).context["form"].secret
    new.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert old.get(reverse("security")).status_code == 302
    assert new.get(reverse("security")).status_code == 200


def test_who_knows_the_password_only_cannot_add_a_factor_of_their_own() -> None:
    person = platform()
    stolen = by_password_alone(person)
    enrol(person)
    asked = stolen.get(reverse("mfa_add_webauthn"))
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    told = stolen.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert told["Location"].startswith(reverse("mfa_reauthenticate"))
    assert stolen.get(reverse("mfa_add_webauthn")).status_code == 302
    assert stolen.get("/admin/", follow=True).redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))


def test_whoever_removes_the_last_one_is_outside_again() -> None:
    person = platform()
    browser = signed_in(person)
    assert browser.get("/admin/").status_code == 200
    assert browser.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert browser.get("/admin/")["Location"].startswith(ASKS)


def test_accounts_of_the_demo_are_exempt_in_demo_mode_only(settings: Any) -> None:
    person = platform(name="operator")
    settings.SECOND_FACTOR_EXEMPT = [person.email]
    browser = by_password_alone(person)
    assert browser.get("/admin/")["Location"].startswith(ASKS)
    settings.DEMO = True
    assert browser.get("/admin/").status_code == 200
    assert by_password_alone(platform("RISK")).get("/admin/")["Location"].startswith(ASKS), (
        "nobody else is, in a demo neither"
    )


def test_the_deployment_check_fails_where_somebody_could_be_exempt(settings: Any) -> None:
    assert deployment.second_factor() == []
    settings.SECOND_FACTOR_EXEMPT = ["operator@example.com"]
    assert [found.id for found in deployment.second_factor()] == ["kameng.E002"]
    settings.DEMO = True
    assert [found.id for found in deployment.second_factor()] == ["kameng.E001"]


def test_all_staff_of_the_demo_are_exempt() -> None:
    from kameng import settings as source

    text = Path(source.__file__).read_text()
    for person in PEOPLE:
        assert (f'"{person.email.partition("@")[0]}"' in text) == bool(person.role)


def test_every_page_of_the_admin_is_there_to_be_asked() -> None:
    """The walk above misses none of the admin's models."""
    paths = set(addresses())
    for model in admin.site._registry:
        assert reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") in paths
