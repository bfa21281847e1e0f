"""F2: no stored text goes into a page unescaped; where our sources switch escaping off, somebody looked at it."""

import re

import pytest
from django.contrib import admin
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from kameng.notices.letters import LETTER
from shop.merchants.models import Merchant
from tests.admin.people import platform, signed_in
from tests.security.hostile import CORPUS, a_row, hostile_shop, written
from tests.security.sources import ROOT, SHOP

UNESCAPED = re.compile(
    r"mark_safe\([^)]*\)?|SafeString\([^)]*\)|safeseq|\|\s*safe\b|autoescape off|autoescape\s*=\s*False|__html__|html_safe"
)
IN_SCRIPTS = re.compile(
    r"\w+\.(?:inner|outer)HTML\s*=\s*[^;]*|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|createContextualFragment|srcdoc"
)
#: What was reviewed: a place, what stands there, and why no stored text comes through.
REVIEWED = {
    ("kameng/lib/templatetags/kameng.py", 'mark_safe("&#13;")'): "a constant between parts that are escaped",
    ("kameng/lib/templatetags/kameng.py", 'mark_safe("<b>:</b>")'): "a constant between two digits",
    ("static/js/app.js", "clock.innerHTML = face(left)"): "digits of a number and our own colons",
    ("static/js/app.js", "holder.innerHTML = html"): "a part of a page as our own server made it, escaped there",
    ("static/js/admin.js", "button.innerHTML = was"): "what stood in the button before, read from the page",
}


def found() -> set[tuple[str, str]]:
    places = set()
    python = [path for room in SHOP for path in (ROOT / room).rglob("*.py")]
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.svg")]
    for path in [*python, *pages]:
        places |= {(str(path.relative_to(ROOT)), told) for told in UNESCAPED.findall(path.read_text())}
    for path in (ROOT / "static" / "js").glob("*.js"):
        places |= {(str(path.relative_to(ROOT)), told) for told in IN_SCRIPTS.findall(path.read_text())}
    return places


def test_escaping_is_off_only_where_somebody_looked() -> None:
    assert found() == set(REVIEWED)


def test_only_plain_text_of_mails_is_written_unescaped() -> None:
    """And no page includes one of those."""
    texts = [path for path in (ROOT / "templates").rglob("*") if path.suffix and "autoescape off" in path.read_text()]
    assert {path.suffix for path in texts} == {".txt"}
    names = "|".join(re.escape(path.name) for path in texts)
    pages = [
        path for path in (ROOT / "templates").rglob("*.html") if re.search(rf'include "[^"]*({names})"', path.read_text())
    ]
    assert pages == []
    assert LETTER == "letter", "allauth's mails have no other part than their text"


#: Markup that is no part of any page of ours, as it would stand there unescaped.
RAW = [text for text in CORPUS if text.startswith("<") and "p()" in text]


def raw(page: str) -> list[str]:
    return [text for text in RAW if text in page]


def lists() -> dict[str, str]:
    assert reverse("admin:index")
    names = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    return {name: reverse(f"admin:{name}_changelist") for name in names}


@pytest.mark.django_db(transaction=True)
def test_no_list_and_no_row_of_the_admin_shows_markup_of_theirs() -> None:
    hostile_shop()
    operator = platform()
    for person in (operator, *User.objects.exclude(pk=operator.pk)):
        User.objects.filter(pk=person.pk).update(name="<img src=x onerror=p()>")
    browser = signed_in(operator)
    pages = {name: browser.get(address) for name, address in lists().items()}
    assert {name for name, page in pages.items() if page.status_code != 200} <= {"delivery_handdelivery", "merchants_apikey"}
    assert {name: raw(page.content.decode()) for name, page in pages.items() if raw(page.content.decode())} == {}
    assert "&lt;img src=x onerror=p()&gt;" in pages["accounts_user"].content.decode()
    _rows(browser)


def _rows(browser: Client) -> None:
    wrong = {}
    for model in admin.site._registry:
        row = a_row(model)
        if row is None:
            continue
        for page in ("change", "history", "delete"):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=[row.pk])
            answer = browser.get(address)
            assert answer.status_code in {200, 302, 403}, address
            if raw(answer.content.decode()):
                wrong[address] = raw(answer.content.decode())
    assert wrong == {}


@pytest.mark.django_db(transaction=True)
def test_the_hostile_shop_leaves_no_column_out() -> None:
    """What the other tests look at: words of every kind of row."""
    hostile_shop()
    assert {field.name for field in written(Merchant)} == {"name"}
    harmless = []
    for model in admin.site._registry:
        for field in written(model):
            if isinstance(field, CharField | TextField) and model._default_manager.exists():
                texts = model._default_manager.values_list(field.name, flat=True)
                harmless += (
                    [] if all(any(one in text for one in CORPUS) for text in texts) else [f"{model.__name__}.{field.name}"]
                )
    assert harmless == []
