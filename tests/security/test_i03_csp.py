"""I3: every page has a policy without inline script or style; only the admin may evaluate expressions."""

from typing import Any

import pytest
from django.test import Client

from tests import factories


def policy(response: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


@pytest.fixture
def pages(client: Client) -> list[str]:
    sku = factories.sku(units=1)
    return ["/", f"/p/{sku.listing.slug}/", f"/checkout/?sku={sku.pk}", "/account/login/", "/nowhere/"]


@pytest.mark.django_db
def test_pages_of_the_shop_allow_their_own_files_only(client: Client, pages: list[str]) -> None:
    for path in pages:
        allowed = policy(client.get(path))
        assert allowed["default-src"] == ["'self'"]
        assert allowed["script-src"] == ["'self'"]
        assert allowed["style-src"] == ["'self'"]
        assert allowed["object-src"] == allowed["base-uri"] == allowed["frame-ancestors"] == ["'none'"]
        assert allowed["form-action"] == ["'self'"]


@pytest.mark.django_db
def test_the_admin_alone_may_evaluate_expressions(client: Client) -> None:
    assert "'unsafe-eval'" in policy(client.get("/admin/login/"))["script-src"]
    assert "'unsafe-inline'" not in policy(client.get("/admin/login/"))["script-src"]


@pytest.mark.django_db
def test_no_page_has_an_inline_script_style_or_listener(client: Client, pages: list[str]) -> None:
    for path in pages:
        html = client.get(path).content.decode()
        for forbidden in (" style=", "<style", " onclick=", " onload=", " onsubmit=", "javascript:"):
            assert forbidden not in html, (path, forbidden)
