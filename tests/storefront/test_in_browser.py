"""The buyer's pages in a browser: what scripts add, and that nothing is missing without them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from shop.catalog.models import PriceTier, Sku
from shop.payments.pay import pay as settle
from tests.factories import gateway_account, listing, receive, sku
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site
from tests.payments.world import started

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SANDBOX = re.compile(r"/sandbox/\w+/$")
ENGLISH = Look(locale="en")
PLAIN = Look(locale="en", javascript=False)


def goods() -> Sku:
    """¥98.00 each, ¥95.00 from 5; payable by the sandbox."""
    gateway_account()
    made = sku(units=20, of=listing("Star Abyss", slug="star-abyss"))
    PriceTier.objects.create(sku=made, from_quantity=5, unit_price=9500)
    return made


@pytest.mark.parametrize("look", [DESKTOP, PHONE])
def test_the_price_on_the_button_follows_the_quantity(site: Site, visit: Visit, look: Look) -> None:
    goods()
    page = visit(look)
    page.goto("/p/star-abyss/?quantity=4")
    total = page.locator("[data-total]:visible")
    expect(total).to_have_text("¥392.00")
    page.locator('[data-step="1"]').click()
    expect(total).to_have_text("¥475.00")
    page.locator("#quantity").fill("2")
    expect(total).to_have_text("¥196.00")


def test_the_pay_page_moves_on_when_the_money_comes(site: Site, visit: Visit) -> None:
    goods()
    page = visit(ENGLISH)
    page.goto("/p/star-abyss/")
    page.get_by_role("button", name="Buy now").click()
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥98.00").click()
    expect(page).to_have_url(SANDBOX)
    order = Sku.objects.get().lines.get().order
    page.goto(reverse("pay", args=[order.number]))
    expect(page.get_by_role("timer")).to_be_visible()
    receive(order, order.total)
    settle(order_id=order.pk, now=order.placed_at)
    expect(page).to_have_url(site.url + reverse("order", args=[order.number]))


def test_an_error_takes_the_focus_and_leads_to_its_field(site: Site, visit: Visit) -> None:
    made = goods()
    page = visit(ENGLISH)
    page.goto(f"/checkout/?sku={made.pk}&quantity=3")
    page.get_by_label("E-mail").fill("bob@qq")
    page.get_by_role("button", name="Pay ¥294.00").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value("bob@qq")


def test_without_scripts_it_works_as_far_as_paying(site: Site, visit: Visit) -> None:
    goods()
    page = visit(PLAIN)
    page.goto("/search/?q=STAR")
    page.get_by_role("link", name="Star Abyss").click()
    page.locator("#quantity").fill("5")
    page.get_by_role("button", name="Update the price").click()
    expect(page.get_by_role("button", name="Buy now · ¥475.00")).to_be_visible()
    page.get_by_role("button", name="Buy now").click()
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥475.00").click()
    expect(page).to_have_url(SANDBOX)


def test_a_waiting_payment_leads_back_to_its_gateway(site: Site, visit: Visit) -> None:
    goods()
    payment = started()
    page = visit(ENGLISH)
    page.goto(f"/o/k/{payment.order.token}/")
    page.goto(reverse("pay", args=[payment.order.number]))
    page.get_by_role("link", name="Go on to sandbox").click()
    expect(page).to_have_url(site.url + payment.pay_url)


def test_back_from_the_cashier_leads_to_the_form_even_after_an_error(site: Site, visit: Visit) -> None:
    made = goods()
    page = visit(ENGLISH)
    page.goto(f"/checkout/?sku={made.pk}&quantity=3")
    page.get_by_label("E-mail").fill("bob@qq")
    page.get_by_role("button", name="Pay ¥294.00").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥294.00").click()
    expect(page).to_have_url(SANDBOX)
    page.go_back()
    expect(page.get_by_role("button", name="Pay ¥294.00")).to_be_visible()


def test_reloading_a_form_with_errors_sends_nothing_again(site: Site, visit: Visit) -> None:
    made = goods()
    page = visit(ENGLISH)
    page.goto(f"/checkout/?sku={made.pk}&quantity=3")
    page.get_by_label("E-mail").fill("bob@qq")
    page.get_by_role("button", name="Pay ¥294.00").click()
    expect(page.get_by_role("alert")).to_be_focused()
    with page.expect_request(lambda request: "/checkout/" in request.url) as asked:
        page.reload()
    assert asked.value.method == "GET"
    expect(page.get_by_role("button", name="Pay ¥294.00")).to_be_visible()


def test_pressing_pay_twice_makes_one_order(site: Site, visit: Visit) -> None:
    made = goods()
    page = visit(ENGLISH)
    page.goto(f"/checkout/?sku={made.pk}&quantity=1")
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥98.00").dblclick()
    expect(page).to_have_url(SANDBOX)
    assert made.lines.count() == 1


def test_two_tabs_pay_the_same_order_once(site: Site, visit: Visit) -> None:
    goods()
    payment = started()
    first = visit(ENGLISH)
    first.goto(f"/o/k/{payment.order.token}/")
    first.goto(reverse("pay", args=[payment.order.number]))
    second = first.context.new_page()
    second.goto(reverse("pay", args=[payment.order.number]))
    receive(payment.order, payment.order.total)
    settle(order_id=payment.order.pk, now=payment.order.placed_at)
    for tab in (first, second):
        expect(tab).to_have_url(site.url + reverse("order", args=[payment.order.number]))
