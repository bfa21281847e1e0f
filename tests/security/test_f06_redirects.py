"""F6: the language switch, signing in and signing out lead to pages of this host only."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.factories import PASSWORD, member

pytestmark = pytest.mark.django_db

HOSTILE = ["//evil.example", "https:evil.example", "\\\\evil.example", "/%09/evil.example", "javascript:alert(1)"]
HOSTILE += ["https://evil.example/", "/\\evil.example", "///evil.example", "http:///evil.example", "\t//evil.example"]
HOSTILE += ["https://testserver@evil.example/", "https://testserver.evil.example/", "data:text/html,x", "//"]


def host_of(location: str) -> str:
    """Where a browser that stands on our page would go."""
    cleaned = location.replace("\\", "/").replace("\t", "").replace("\n", "")
    parts = urlsplit(urljoin("http://testserver/here/", cleaned))
    return parts.netloc if parts.scheme in {"http", "https"} else location


@pytest.mark.parametrize("target", HOSTILE)
@pytest.mark.parametrize("browser", [Client(), Client(HTTP_REFERER="https://evil.example/")])
def test_the_language_switch_stays_here(target: str, browser: Client) -> None:
    answer = browser.post("/i18n/setlang/", {"language": "en", "next": target})
    assert answer.status_code == 302
    assert host_of(answer["Location"]) == "testserver"


def test_the_language_switch_keeps_the_page() -> None:
    answer = Client().post("/i18n/setlang/", {"language": "en", "next": "/p/some-listing/?sku=3&quantity=2"})
    assert answer["Location"] == "/p/some-listing/?sku=3&quantity=2"


@pytest.mark.parametrize("target", HOSTILE)
@pytest.mark.parametrize("how", ["form", "address"])
def test_signing_in_stays_here(target: str, how: str) -> None:
    user, browser = member(), Client()
    data = {"login": user.email, "password": PASSWORD}
    if how == "form":
        answer = browser.post("/account/login/", data | {"next": target})
    else:
        answer = browser.post("/account/login/", data, query_params={"next": target})
    assert answer.status_code == 302
    assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("target", HOSTILE)
def test_signing_out_stays_here(target: str) -> None:
    browser = Client()
    browser.force_login(member())
    answer = browser.post("/account/logout/", {"next": target})
    assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("target", HOSTILE)
def test_the_sign_in_page_does_not_carry_a_foreign_target(target: str) -> None:
    page = Client().get("/account/login/", {"next": target}).content.decode()
    assert "evil.example" not in page.replace("&amp;", "&") or f'action="{target}' not in page
