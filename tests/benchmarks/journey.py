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
        page.goto(page.locator("a[href^='/p/']").first.get_attribute("href") or "")
        yield _stop("listing", page)
        page.locator("form[action*='/checkout/'] [type=submit]").locator("visible=true").first.click()
        page.wait_for_url("**/checkout/**")
        yield _stop("checkout", page)
        page.locator("input[name=email]").fill("lighthouse@shop.example")
        page.locator("input[name=method][value=sandbox]").check(force=True)
        page.locator("form:has(input[name=email]) [type=submit]").locator("visible=true").first.click()
        page.locator("[name=act][value=pay]").click()
        page.wait_for_url("**/o/*/")
        page.locator("[data-secret], .km-secret").first.wait_for()
        yield _stop("order", page)
        chromium.close()


def _stop(name: str, page: Page) -> Stop:
    cookies = page.context.cookies(page.url)
    return Stop(name, page.url, "; ".join(f"{each.get('name')}={each.get('value')}" for each in cookies))
