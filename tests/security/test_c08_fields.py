"""C8: a form takes the fields that it shows; whatever else is sent to it stays what it was."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import models
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from kameng.accounts.roles import PlatformRole
from shop.catalog.models import Sku
from shop.ledger.models import Account, Entry
from shop.merchants.models import Member, Merchant
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import PASSWORD, verified
from tests.security.addresses import everything
from tests.security.forms import forms_of, refused, typed
from tests.security.policy import MODELS
from tests.security.tenants import Shop, address_of, pages, two_shops
from tests.storefront.shopper import Shopper
from tests.tracking.visitors import signed_in as buyers_browser

pytestmark = pytest.mark.django_db

#: What attackers send along, whatever the form.
EXTRA: dict[str, Any] = {
    **{"state": "paid", "status": "PAID", "commission": "0", "commission_bps": "0", "price": "0.01", "unit_price": "1"},
    **{"is_staff": "1", "is_superuser": "1", "is_active": "1", "platform_role": "OPERATOR", "role": "OWNER", "balance": "9"},
    **{"user": "1", "user_id": "1", "merchant": "1", "merchant_id": "1", "id": "1", "pk": "1", "total": "1", "amount": "1"},
    **{
        "paid_at": "2026-01-01",
        "wallet_share": "1",
        "refunded_amount": "1",
        "delivered": "1",
        "currency": "JPY",
        "sealed": "x",
    },
    **{
        "groups": "1",
        "user_permissions": "1",
        "date_joined": "2000-01-01",
        "slug": "mine",
        "sku": "1",
        "token": "x",
        "sealed": "x",
    },
}
#: A column that a field of another name decides, and one whose value a program writes.
SPOKEN_FOR = {"catalog.listing": {"published_at", "slug"}, "accounts.user": {"is_active"}}


def junk(field: "models.Field[Any, Any]", mine: str) -> Any:
    """Something that the column could hold, and does not."""
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2001-02-03 04:05:06"
    if field.is_relation or isinstance(field, models.IntegerField):
        return "1" if mine != "1" else "2"
    return field.choices[-1][0] if field.choices else "hacked"


def columns(row: models.Model) -> dict[str, Any]:
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("who", ["owner", "operator"])
def test_columns_that_a_page_of_the_admin_does_not_show_stay_as_they_are(who: str) -> None:
    ours, _theirs = two_shops()
    clerk = platform(PlatformRole.OPERATOR)
    f.member("Somebody")
    client, saved = signed_in(ours.owner if who == "owner" else clerk), set()
    for model, _page in pages():
        label = model._meta.label_lower
        for row in _rows(ours, model, who):
            path = address_of(model, "change", row.pk)
            page = client.get(path)
            if page.status_code != 200 or "adminform" not in page.context:
                continue
            form = page.context["adminform"].form
            held = {name for each in forms_of(page) for name in each.fields if each is form} | SPOKEN_FOR.get(label, set())
            if label == "accounts.user":
                held |= {"is_staff", "platform_role", "name"}
            others = {field for field in row._meta.concrete_fields if field.name not in held}
            before = columns(model._default_manager.get(pk=row.pk))
            crafted = {field.name: junk(field, str(before[field.name])) for field in others}
            crafted |= {f"{field.name}_{n}": junk(field, "") for field in others for n in (0, 1)}
            answer = client.post(path, EXTRA | crafted | typed(page))
            after = columns(model._default_manager.get(pk=row.pk))
            assert {name: after[name] for name in before if name not in held} == {
                name: before[name] for name in before if name not in held
            }, (label, who)
            if answer.status_code == 302:
                saved.add(label)
    assert saved >= {"catalog.listing", "catalog.sku", "merchants.merchant"} | (
        {"accounts.user"} if who == "operator" else set()
    )


def _rows(ours: Shop, model: Any, who: str) -> Any:
    if who == "owner" and MODELS[model._meta.label_lower].name == "TENANT":
        return ours.rows(model._meta.label_lower).order_by("pk")[:2]
    return model._default_manager.order_by("pk")[:2]


def test_a_merchant_stays_who_its_goods_belong_to(client: Client) -> None:
    ours, theirs = Shop("Ours"), Shop("Nightjar")
    browser = signed_in(ours.owner)
    path = address_of(Sku, "change", ours.sku.pk)
    sent = typed(browser.get(path)) | {"price": "12.30", "listing": theirs.sku.listing_id, "uses": 5, "kind": "PHYSICAL"}
    assert not refused(browser.post(path, sent))
    ours.sku.refresh_from_db()
    assert (ours.sku.price, ours.sku.listing.merchant, ours.sku.uses, ours.sku.kind) == (1230, ours.merchant, 1, "CARD_KEY")


def guarded() -> dict[str, Any]:
    """What no form of the shop may ever write as it is sent."""
    people = User.objects.order_by("pk")
    roles = list(people.values_list("pk", "email", "is_staff", "is_superuser", "is_active", "platform_role", "password"))
    of = {
        Sku: ("price", "listing", "on_sale", "uses"),
        Merchant: ("name", "slug"),
        Member: ("merchant", "user", "role"),
        Account: ("owner", "kind", "balance"),
        Entry: ("account", "amount"),
        OrderLine: ("merchant", "status", "unit_price", "total", "commission_bps", "refunded_amount"),
        Order: ("user", "email", "status", "total", "wallet_share", "token"),
        Payment: ("status", "amount", "received"),
        Refund: ("status", "amount"),
    }
    return {"people": roles} | {
        str(model): list(model._default_manager.order_by("pk").values_list("pk", *names)) for model, names in of.items()
    }


def paths_of(order: Order) -> list[str]:
    """Every address of the shop, with this order's and its goods' names in the place of what it takes."""
    listing = order.lines.all()[0].sku.listing
    filled = {"number": order.number, "slug": listing.slug, "key": "none", "token": order.token, "pk": 1}
    paths = []
    for _path, pattern in everything():
        names = set(pattern.pattern.converters)
        if pattern.name and not _path.startswith("/admin/") and pattern.name not in ("index", "received", "account_logout"):
            if pattern.name in ("login", "logout", "password_change", "jsi18n") or names - set(filled):
                continue
            try:
                paths.append(reverse(pattern.name, kwargs={name: filled[name] for name in names}))
            except Exception:
                continue
    return paths


def test_no_address_of_the_shop_takes_what_its_form_does_not_have() -> None:
    alice = verified()
    order = f.delivered_order(by=f.buyer(user=alice))
    browser = buyers_browser(alice)
    before, sent = guarded(), 0
    for path in paths_of(order):
        browser.post(path, EXTRA)
        browser.get(path, EXTRA)
        sent += 1
    assert sent > 40
    assert guarded() == before


def signs_up() -> User:
    told = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post(reverse("account_signup"), told | EXTRA).status_code == 302
    return User.objects.get(email="new@example.com")


def sets_messages() -> User:
    alice = verified()
    buyers_browser(alice).post(reverse("message_settings"), {"on": ["paid:mail"]} | EXTRA)
    return alice


def changes_the_password() -> User:
    alice = verified()
    told = {"oldpassword": PASSWORD, "password1": "another long pass phrase", "password2": "another long pass phrase"}
    buyers_browser(alice).post(reverse("account_change_password"), told | EXTRA)
    return alice


def changes_the_address() -> User:
    alice = verified()
    told = {"email": "new@example.com", "password": PASSWORD, "action_add": ""}
    buyers_browser(alice).post(reverse("account_email"), told | EXTRA | {"verified": "1", "primary": "1"})
    assert not EmailAddress.objects.filter(email="new@example.com", verified=True).exists()
    return alice


@pytest.mark.parametrize("act", [signs_up, sets_messages, changes_the_password, changes_the_address])
def test_nobody_makes_staff_of_themselves(act: Callable[[], User]) -> None:
    Shop("Ours")
    user = act()
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.is_active, user.platform_role) == (False, False, True, "")
    assert not user.memberships.exists()
    assert not user.groups.exists()
    assert not Account.objects.filter(owner=user.holder, balance__gt=0).exists()


def test_an_order_is_its_buyers_and_costs_what_it_costs() -> None:
    f.gateway_account()
    other = f.member("Other")
    goods = f.sku(units=3)
    order = Shopper().order(goods, **(EXTRA | {"sku": str(goods.pk), "user": str(other.pk), "user_id": str(other.pk)}))
    line = order.lines.get()
    assert (order.user, order.status, order.total, order.wallet_share, order.currency) == (None, "PENDING", 9800, 0, "CNY")
    assert (line.unit_price, line.commission_bps, line.merchant) == (9800, 500, goods.listing.merchant)
    assert order.token != "x"


def test_a_role_that_an_owner_gives_is_one_at_this_merchant() -> None:
    seller, person = f.merchant(), f.member("New")
    client = signed_in(staff("Owner", seller))
    path = address_of(Merchant, "change", seller.pk)
    page = typed(client.get(path))
    row = {"members-TOTAL_FORMS": 2, "members-1-email": person.email, "members-1-role": "ORDERS"}
    more = {f"members-1-{name}": value for name, value in EXTRA.items() if name != "role"}
    assert client.post(path, page | row | more | {"members-1-merchant": seller.pk, "members-1-id": ""}).status_code == 302
    person.refresh_from_db()
    assert (person.is_staff, person.is_superuser, person.platform_role) == (True, False, "")
    assert list(person.memberships.values_list("merchant", "role")) == [(seller.pk, "ORDERS")]
