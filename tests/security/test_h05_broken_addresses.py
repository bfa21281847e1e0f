"""H05: an address that no row can have is not found; PostgreSQL refuses to compare a NUL, which was an error page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from shop.storefront.typed import name

ADDRESSES = ["/o/A\0/pay/", "/o/A\0/pay/start/", "/o/k/A\0/", "/pay/n/A\0/", "/pay/r/A\0/", "/sandbox/A\0/", "/o/A\0/"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_page_has_a_nul_in_its_address(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)


@pytest.mark.parametrize(("typed", "known"), [("ga\0me", "game"), (None, ""), ("game", "game")])
def test_a_name_from_outside_has_no_nul(typed: Any, known: str) -> None:
    assert name(typed) == known


@pytest.mark.django_db
def test_a_category_with_a_nul_is_a_category_nobody_has() -> None:
    assert Client().get("/c/no%00body/").status_code == 404
