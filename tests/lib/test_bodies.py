"""What strangers send costs no more than its reading: forms are small, in UTF-8, and folded as far as people type."""

import unicodedata
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kameng.lib import text
from kameng.lib.bodies import LARGEST_FORM
from shop.storefront import typed

pytestmark = pytest.mark.django_db

#: Python puts marks in order in a time that grows with the square of their number.
PILE = "a" + "\u0301" * 15_000 + "\u0316" * 15_000


@pytest.fixture
def lengths(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the texts were that were put into one form."""
    seen: list[int] = []
    normalize = unicodedata.normalize

    def counting(form: Any, value: str) -> str:
        seen.append(len(value))
        return normalize(form, value)

    monkeypatch.setattr(unicodedata, "normalize", counting)
    return seen


def test_a_number_is_looked_at_only_as_far_as_a_number_goes(lengths: list[int]) -> None:
    assert typed.whole(PILE) is None
    assert max(lengths) <= 60


def test_an_address_longer_than_anybody_types_is_refused_unread(lengths: list[int]) -> None:
    with pytest.raises(ValidationError) as refused:
        text.clean_identifier(PILE)
    assert refused.value.code == "too-long"
    assert lengths == []


def test_a_form_larger_than_a_form_is_not_read() -> None:
    answer = Client().post("/checkout/", {"sku": "1", "email": "x" * LARGEST_FORM})
    assert (answer.status_code, answer["Content-Type"]) == (413, "text/plain; charset=utf-8")


def test_the_admin_takes_whole_files() -> None:
    assert Client().post("/admin/login/", {"username": "x" * LARGEST_FORM}).status_code == 200


@pytest.mark.parametrize("charset", ["gbk", "rot13", "idna", "unicode_escape", "utf-16", "nonsense"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_in_another_charset_is_refused(charset: str, kind: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = "a" * 32
    assert browser.generic("POST", "/checkout/", b"sku=%d5%fd", f"{kind}; charset={charset}").status_code == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_utf_8_is_read_however_it_is_written(charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert Client().generic("POST", "/checkout/", b"sku=1", kind).status_code == 404
