"""The way of a guest through the demo, to find the pages that are measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from tests.harness import browsers


@dataclass(frozen=True)
class Stop:
    """A page on the way, with the cookies that open it."""

    name: str
    url: str
    cookie: str


def walk(url: str) -> Iterator[Stop]:
    """Home, a product, its checkout, and the order page of a paid and delivered order."""
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        page = browsers.context(chromium, url, browsers.PHONE).new_page()
        page.goto("/")
        yield _stop("home", page)
        yield _stop("listing", _product(page))
        page.goto(f"/checkout/?sku={page.locator('#buy [name=sku]').get_attribute('value')}&quantity=1")
        yield _stop("checkout", page)
        page.locator("[name=email]").fill("lighthouse@shop.example")
        page.locator("#order [type=submit], [form=order], #order button").locator("visible=true").first.click()
        page.locator("[name=press][value=pay]").click()
        page.locator(".km-secret").first.wait_for()
        yield _stop("order", page)
        chromium.close()


def _product(page: Page) -> Page:
    """Go to the first product that can be bought."""
    for link in [each.get_attribute("href") for each in page.locator("a[href^='/p/']").all()]:
        page.goto(link or "")
        if page.locator("#buy").count():
            return page
    raise LookupError("the home page leads to no product that can be bought")


def _stop(name: str, page: Page) -> Stop:
    cookies = page.context.cookies(page.url)
    return Stop(name, page.url, "; ".join(f"{each.get('name')}={each.get('value')}" for each in cookies))
