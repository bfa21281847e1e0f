"""F1: whatever merchants, buyers and staff write is text: in Chromium none of it ever runs, nor becomes part of a page.

The shop takes plain text only. The policy (I3) would stop most scripts; here it is off, so that escaping alone is tried.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from kameng.accounts.models import User
from shop.catalog.models import Listing, Sku
from shop.orders.models import Order
from tests.admin.people import platform, signed_in
from tests.harness.fixtures import Site
from tests.security.hostile import CORPUS, a_row, hostile_shop
from tests.tracking.visitors import signed_in as as_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROBE = """
window.__pwned = 0;
window.p = window.alert = window.prompt = window.confirm = () => { window.__pwned += 1; };
"""
#: What no page of ours has, and only a text that became markup would bring.
STRANGE = """() => [...document.querySelectorAll("*")].filter((one) =>
  [...one.attributes].some((a) => a.value.includes("p()") && (/^(on|hx-on|x-init|srcdoc)/.test(a.name)
    || (/^(href|src|action|formaction|data|content|xlink:href)$/.test(a.name) && /^\\s*javascript:/i.test(a.value))))
  || /evil\\.example/.test(one.getAttribute("src") || one.getAttribute("href") || "")
  || (one.localName === "script" && one.textContent.includes("p()"))
).map((one) => one.outerHTML.slice(0, 200))"""


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page without a policy, in which the probe waits."""
    context = browser.new_context(base_url=site.url, bypass_csp=True, locale="en", reduced_motion="reduce")
    context.add_init_script(PROBE)
    yield context.new_page()
    context.close()


def enter(page: Page, site: Site, client: Client) -> None:
    """The browser takes over somebody's session."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])


def harmless(page: Page, address: str) -> str:
    """What is wrong with a page; empty for nothing."""
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    return harm(page, answer.status)


def harm(page: Page, status: int = 200) -> str:
    # Images that fail and animations have their turn.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))")
    if status != 200:
        return f"status {status}"
    strange = page.evaluate(STRANGE)
    return f"{page.evaluate('window.__pwned')} ran; {strange}" if strange or page.evaluate("window.__pwned") else ""


def test_the_probe_sees_an_attack_that_works(open_page: Page) -> None:
    """Else all that follows would prove nothing."""
    seen = 0
    for attack in CORPUS[13:31]:
        open_page.goto("/healthz")
        open_page.evaluate("(html) => { document.body.innerHTML = html; }", attack)
        seen += bool(harm(open_page))
    assert len(CORPUS) >= 60
    assert seen >= 12


def shop_pages(order: Order) -> list[str]:
    line, other = order.lines.all()[0], Order.objects.filter(user=order.user).exclude(pk=order.pk).get()
    asks = Sku.objects.exclude(recipient_fields=[]).get()
    return [
        reverse("home"),
        *(f"{reverse('search')}?page={n}" for n in (1, 2)),
        *(f"{reverse('search')}?q={q}&value={q}" for q in ("<svg onload=p()>", '"><img src=x onerror=p()>')),
        reverse("category", args=[line.sku.listing.category.slug]),
        reverse("merchant", args=[line.merchant.slug]),
        *(reverse("listing", args=[each.slug]) for each in (line.sku.listing, asks.listing, Listing.objects.latest("pk"))),
        f"{reverse('checkout')}?sku={asks.pk}",
        f"{reverse('checkout')}?sku={line.sku_id}",
        reverse("order", args=[order.number]),
        reverse("pay", args=[other.number]),
        reverse("orders"),
        reverse("messages"),
        reverse("wallet"),
        reverse("security"),
        reverse("cart"),
    ]


def test_nothing_that_somebody_wrote_runs_on_the_shops_pages(open_page: Page, site: Site) -> None:
    order = hostile_shop()
    assert order.user is not None
    enter(open_page, site, as_member(order.user))
    found = {address: harmless(open_page, address) for address in shop_pages(order)}
    assert {address: what for address, what in found.items() if what} == {}
    open_page.goto(reverse("order", args=[order.number]))
    open_page.get_by_role("button", name="Show").first.click()
    open_page.get_by_text(CORPUS[0]).first.wait_for()
    assert harm(open_page) == ""


def admin_pages() -> list[str]:
    """Each list, and the page of one row of each, as somebody of the platform opens them."""
    assert reverse("admin:index")
    pages = [reverse("admin:index")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        row = a_row(model)
        if row is not None:
            pages += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
    return pages


def test_nothing_that_somebody_wrote_runs_in_the_admin(open_page: Page, site: Site) -> None:
    hostile_shop()
    operator = platform()
    User.objects.filter(pk=operator.pk).update(name="<img src=x onerror=p()>")
    enter(open_page, site, signed_in(operator))
    found = {address: harmless(open_page, address) for address in admin_pages()}
    assert {address: what for address, what in found.items() if what and not what.startswith("status 403")} == {}
