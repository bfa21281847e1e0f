"""The wallet in a browser: everybody can use it, in every look, and its export is a file."""

from itertools import product
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories as f
from tests.harness import axe
from tests.harness.browsers import Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.members.people import LOOKS, PLAIN, sign_in
from tests.members.test_wallet import credit, paid_from_wallet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FEW = [("full", "phone"), ("full", "dark"), ("full", "English, dark phone"), ("empty", "desktop")]


@pytest.mark.drill
@pytest.mark.parametrize(("what", "look"), scale(FEW, list(product(["full", "empty"], LOOKS))))
def test_everybody_can_use_it(site: Site, visit: Visit, what: str, look: str) -> None:
    if what == "full":
        credit(f.member("Alice"), 12_345_670)
        paid_from_wallet(f.member("Alice"), "A product with quite a long name")
    page = visit(LOOKS[look])
    sign_in(site, page, "Alice")
    page.goto(reverse("wallet"))
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_without_scripts_alice_reads_her_wallet_follows_a_payment_and_takes_the_table_home(site: Site, visit: Visit) -> None:
    credit(f.member("Alice"), 20_000)
    order = paid_from_wallet(f.member("Alice"))
    page = visit(PLAIN)
    sign_in(site, page, "Alice")
    page.goto("/")
    page.get_by_role("link", name="Wallet ¥102.00").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export").click()
    assert "Star Abyss 648 gems" in Path(taken.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="Star Abyss 648 gems × 1").click()
    expect(page).to_have_url(site.url + reverse("order", args=[order.number]))
