"""Seconds and hundredths of a percent are read back in words: as the page comes, and while somebody types."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from kameng.accounts.roles import MerchantRole
from tests import factories as f
from tests.admin.composer import read
from tests.admin.people import platform, signed_in, staff
from tests.admin.test_browser import sign_in
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site


def english(browser: Client) -> Client:
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.mark.django_db
def test_the_times_of_a_sku_are_read_back_in_words() -> None:
    sku = f.sku(promise_seconds=90, refund_seconds=7200, complaint_seconds=3 * 86_400)
    client = english(signed_in(staff("Cat", sku.listing.merchant, MerchantRole.CATALOGUE)))
    address = reverse("admin:catalog_sku_change", args=[sku.pk])
    page = read(client.get(address).content.decode())
    assert "Seconds from payment. = 1 min 30 s" in page
    assert "Seconds from payment to the automatic refund. = 2 h" in page
    assert "Seconds from delivery until the money is released. = 3 days" in page
    wrong = client.post(address, {"promise_seconds": "7200", "refund_seconds": "x" * 40, "complaint_seconds": "9" * 30})
    said = read(wrong.content.decode())
    assert "Seconds from payment. = 2 h" in said
    assert "released. =" not in said
    listed = read(client.get(reverse("admin:catalog_sku_changelist")).content.decode())
    assert "1 min 30 s 2 h" in listed


@pytest.mark.django_db
def test_a_commission_is_read_back_as_a_percentage() -> None:
    client = english(signed_in(platform()))
    page = client.get(reverse("admin:catalog_category_change", args=[f.category(commission_bps=525).pk]))
    assert "In hundredths of a percent. = 5.25 %" in read(page.content.decode())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_they_are_read_back_while_somebody_types(site: Site, visit: Visit) -> None:
    sku = f.sku(promise_seconds=90)
    page = visit(Look(locale="en-US"))
    sign_in(page, staff("Cat", sku.listing.merchant, MerchantRole.CATALOGUE).email)
    page.goto(reverse("admin:catalog_sku_change", args=[sku.pk]))
    said = page.locator('output[for="id_promise_seconds"]')
    expect(said).to_have_text("= 1 min 30 s")
    for typed, words in {"59": "= 59 s", "7260": "= 2 h 1 min", "86400": "= 1 day", "200000": "= 2 days", "": ""}.items():
        page.locator("#id_promise_seconds").fill(typed)
        expect(said).to_have_text(words)
