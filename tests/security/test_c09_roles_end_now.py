"""C9: a role that is given or taken away is so with the very next request, also of a page that is open."""

import pytest
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Sku
from shop.inventory.models import Batch
from shop.merchants.members import join, leave
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.security.tenants import Shop, address_of
from tests.tracking.visitors import signed_in as buyers_browser
from tests.tracking.visitors import state

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop("Ours")


def open_to(shop: Shop) -> list[str]:
    """Pages of the shop that its keeper of the catalogue has open, one of which asks for news by itself."""
    return [
        address_of(Sku, "changelist"),
        address_of(Sku, "change", shop.sku.pk),
        address_of(Batch, "add"),
        reverse("admin:catalog_sku_asks", args=[shop.sku.pk]),
        reverse("admin:inventory_batch_progress", args=[shop.batch.pk]),
    ]


def seen(browser: Client, shop: Shop) -> list[int]:
    return [browser.get(path).status_code for path in open_to(shop)]


def test_a_role_that_is_taken_away(shop: Shop) -> None:
    person = staff("Leaver", shop.merchant, MerchantRole.CATALOGUE)
    join(merchant=f.merchant("Elsewhere"), user=person, role=MerchantRole.CATALOGUE)
    browser = signed_in(person)
    assert seen(browser, shop) == [200] * 5
    leave(member=person.memberships.get(merchant=shop.merchant))
    # What is left of the lists is the other merchant's, and there is none of these rows any more.
    assert seen(browser, shop) == [200, 302, 200, 404, 403]
    assert browser.get(open_to(shop)[0]).context["cl"].result_count == 0
    answer = browser.post(reverse("admin:inventory_batch_progress", args=[shop.batch.pk]))
    assert (answer.status_code, "attachment" in str(answer.headers)) == (403, False)


def test_a_role_that_becomes_another(shop: Shop) -> None:
    person = staff("Mover", shop.merchant, MerchantRole.CATALOGUE)
    browser = signed_in(person)
    assert seen(browser, shop) == [200] * 5
    person.memberships.update(role=MerchantRole.ORDERS)
    assert seen(browser, shop) == [200, 200, 403, 403, 403]
    person.memberships.update(role=MerchantRole.FINANCE)
    assert seen(browser, shop) == [403] * 5


def test_the_last_role_closes_the_door(shop: Shop) -> None:
    person = staff("Leaver", shop.merchant, MerchantRole.CATALOGUE)
    browser = signed_in(person)
    assert seen(browser, shop) == [200] * 5
    leave(member=person.memberships.get())
    assert {browser.get(path)["Location"].partition("?")[0] for path in open_to(shop)} == {reverse("admin:login")}


def test_a_role_that_is_given(shop: Shop) -> None:
    person = staff("New", shop.merchant, MerchantRole.FINANCE)
    browser = signed_in(person)
    assert seen(browser, shop) == [403] * 5
    join(merchant=shop.merchant, user=person, role=MerchantRole.CATALOGUE)
    assert seen(browser, shop) == [200] * 5


def test_a_role_of_the_platform(shop: Shop) -> None:
    person = platform()
    browser = signed_in(person)
    pages = [reverse("admin:accounts_user_changelist"), reverse("admin:payments_gatewayaccount_add")]
    assert [browser.get(path).status_code for path in pages] == [200, 200]
    User.objects.filter(pk=person.pk).update(platform_role="SUPPORT")
    assert [browser.get(path).status_code for path in pages] == [403, 403]
    User.objects.filter(pk=person.pk).update(platform_role="")
    assert seen(browser, shop) == [403] * 5


def test_what_the_search_found_before_is_not_found_afterwards(shop: Shop) -> None:
    person = staff("Mover", shop.merchant, MerchantRole.CATALOGUE)
    browser = signed_in(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    path, asked = reverse("admin:search"), {"s": "s", "extended": "1"}
    assert reverse("admin:catalog_sku_changelist") in browser.get(path, asked).content.decode()
    person.memberships.update(role=MerchantRole.FINANCE)
    assert reverse("admin:catalog_sku_changelist") not in browser.get(path, asked).content.decode()


def test_a_buyers_open_page_hears_no_more_once_the_account_is_closed() -> None:
    alice = f.member("Alice")
    order = f.pay_order(f.place_order(by=f.buyer(user=alice)))
    browser = buyers_browser(alice)
    assert state(browser, order).status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert state(browser, order).status_code == 404
