"""A buyer at the cart in a browser."""

import re

from playwright.sync_api import Page, Route, expect

from shop.catalog.models import Sku

SANDBOX = re.compile(r"/sandbox/\w+/$")
CHECKOUT = re.compile(r"/checkout/\?cart=")


def put(page: Page, *wanted: Sku) -> None:
    """Put one of each into the cart, from the product's page."""
    for made in wanted:
        page.goto(f"/p/{made.listing.slug}/")
        page.get_by_role("button", name="Add to cart").locator("visible=true").click()
        expect(page.locator("[data-put]").get_by_role("link", name="Go to the cart").locator("visible=true")).to_be_visible()


class Line:
    """One line of the cart's page."""

    def __init__(self, page: Page, name: str) -> None:
        self.name, self.part = name, page.locator("[data-line]").filter(has_text=name)

    @property
    def quantity(self) -> str:
        return self.part.get_by_role("spinbutton").input_value()

    def more(self) -> None:
        self.part.get_by_role("button", name="One more").click()

    def tick(self, on: bool) -> None:
        self.part.get_by_role("checkbox").set_checked(on)

    def remove(self) -> None:
        self.part.get_by_role("button", name=f"Remove {self.name}").click()


def row(page: Page, name: str) -> Line:
    """The line of this product."""
    return Line(page, name)


def total(page: Page, amount: str) -> None:
    """Wait until the button says so."""
    expect(page.get_by_role("button", name=f"To the checkout · {amount}")).to_be_visible()


def settled(page: Page) -> None:
    """Wait until no request is on its way."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".htmx-request")).to_have_count(0)


def pay_as_guest(page: Page, amount: str) -> None:
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name=f"Pay {amount}").locator("visible=true").click()
    expect(page).to_have_url(SANDBOX)


def hold_next(page: Page) -> list[Route]:
    """The cart's next request goes nowhere until the test lets it."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/cart/", hold, times=1)
    return held


def put_all(page: Page, skus: list[Sku]) -> None:
    """Put one of each in, without walking through their pages."""
    page.goto("/cart/")
    token = page.locator("#cart-form input[name=csrfmiddlewaretoken]").input_value()
    for made in skus:
        sent: dict[str, str | float | bool] = {"sku": str(made.pk), "quantity": "1", "csrfmiddlewaretoken": token}
        assert page.request.post("/cart/add/", form=sent, headers={"Referer": page.url, "HX-Request": "true"}).ok
