"""I3: a form may be followed to the gateways that are on, from the pages where one pays, and to nobody else."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from shop.payments.gateways.registry import pay_origins
from shop.payments.models import GatewayAccount, Payment
from tests.factories import gateway_account, sku
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site
from tests.payments.conftest import fake as fake
from tests.payments.fakes import FakeGateway
from tests.security.test_i03_csp import policy
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db

ORIGIN = "https://pay.example"


def account(code: str = "fake", **fields: object) -> GatewayAccount:
    return GatewayAccount.objects.create(gateway=code, name=code, currency="CNY", **fields)


def allowed(bob: Shopper, address: str) -> list[str]:
    """Where the forms of a page may lead."""
    return policy(bob.client.get(address))["form-action"]


def pages() -> tuple[Shopper, list[str]]:
    """Bob, and the pages on which he pays: the checkout and the pay page."""
    bob, goods = Shopper(), sku(units=2)
    order = bob.order(goods)
    return bob, [f"{reverse('checkout')}?sku={goods.pk}", reverse("pay", args=[order.number])]


def test_the_pages_where_one_pays_name_the_gateways_that_are_on(fake: type[FakeGateway]) -> None:
    account()
    bob, where = pages()
    assert [allowed(bob, page) for page in where] == [["'self'", ORIGIN]] * 2
    assert allowed(bob, "/") == ["'self'"]
    assert allowed(bob, reverse("order", args=[Payment.objects.get().order.number])) == ["'self'"]


def test_a_gateway_that_is_off_is_not_named(fake: type[FakeGateway]) -> None:
    gateway_account()
    account(enabled=False)
    bob, where = pages()
    assert [allowed(bob, page) for page in where] == [["'self'"]] * 2


def test_the_sandbox_adds_nothing_and_costs_no_statement() -> None:
    gateway_account()
    bob, where = pages()
    assert [allowed(bob, page) for page in where] == [["'self'"]] * 2
    with CaptureQueriesContext(connection) as queries:
        assert pay_origins() == []
    assert len(queries) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_follows_the_form_to_the_gateway(site: Site, visit: Visit, fake: type[FakeGateway]) -> None:
    account()
    page = visit(Look(locale="en"), strict=False)
    page.route(f"{ORIGIN}/**", lambda route: route.fulfill(body="<h1>Their own page</h1>", content_type="text/html"))
    page.goto(f"{reverse('checkout')}?sku={sku(units=1).pk}")
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥98.00").click()
    expect(page.get_by_role("heading", name="Their own page")).to_be_visible()
    assert urlsplit(page.url).netloc == "pay.example"
