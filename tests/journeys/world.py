"""A small shop that a whole journey leads through, and the steps of a buyer."""

import datetime as dt
import re

from playwright.sync_api import Page, expect

from kameng.accounts.models import User
from kameng.lib import clock
from shop.catalog.models import PriceTier, Sku
from shop.payments.models import Payment
from shop.payments.pay import wallet_account
from tests import factories

CODES = ["SHAN-0001-AAAA", "SHAN-0002-BBBB", "SHAN-0003-CCCC"]


def open_shop() -> Sku:
    """Three keys of 山海纪 at ¥62.80, ¥60.00 each from three on, and a sandbox to pay with."""
    page = factories.listing("山海纪 灵石兑换码", slug="shanhai", brand="山海纪", glyph="山", region="国服")
    made = factories.sku(units=CODES, of=page, value="648", unit="灵石", price=6280)
    PriceTier.objects.create(sku=made, from_quantity=3, unit_price=6000)
    factories.gateway_account()
    wallet_account("CNY")
    return made


def fill_wallet(user: User, amount: int) -> None:
    """Money in a member's wallet, as it comes there: an order paid with too much."""
    order = factories.place_order(factories.sku(units=1), by=factories.buyer(user=user))
    factories.pay_order(order, amount=order.total + amount)
    from shop.payments.leftover import return_leftover

    assert return_leftover(order_id=order.pk, now=clock.now() + dt.timedelta(seconds=1)) == amount


def find_and_choose(page: Page, *, quantity: int = 1) -> None:
    """From the first page by the search to the checkout."""
    page.goto("/")
    search = page.locator("main input[name=q]")
    search.fill("山海纪")
    search.press("Enter")
    page.get_by_role("link", name=re.compile("山海纪 灵石兑换码")).first.click()
    if quantity > 1:
        page.locator("input[name=quantity]").first.fill(str(quantity))
        page.locator("input[name=quantity]").first.press("Tab")
    page.get_by_role("button", name=re.compile("立即购买")).locator("visible=true").first.click()
    expect(page).to_have_url(re.compile("/checkout/"))


def submit(page: Page) -> None:
    """Press the button that says what is to be paid."""
    page.get_by_role("button", name=re.compile("^付 ¥|^支付|^付款")).locator("visible=true").first.click()


def pay_at_the_cashier(page: Page) -> None:
    """Press “pay” on the sandbox's page."""
    expect(page).to_have_url(re.compile("/sandbox/"))
    page.locator("button[name=press][value=pay]").click()


def the_payment() -> Payment:
    return Payment.objects.latest("pk")
