"""C5: a form offers one's own rows to point at, takes no others, and reaches no other's rows through its own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db.models import Model
from django.test import Client

from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Listing, PriceTier, Sku
from shop.inventory.models import Batch
from shop.merchants.members import join
from shop.merchants.models import Member, Merchant
from tests.admin.people import signed_in
from tests.security.forms import forms_of, typed
from tests.security.policy import MODELS, Who
from tests.security.tenants import MARK, Shop, address_of, found_in, pages

pytestmark = pytest.mark.django_db

IMPORT = "/admin/inventory/batch/add/"


@pytest.fixture
def client(shops: tuple[Shop, Shop]) -> Client:
    return signed_in(shops[0].owner)


def opened(client: Client, ours: Shop) -> Iterator[tuple[type[Model], Model | None, Any]]:
    """Every page with a form that the person may open: of something new, and of the own rows."""
    for model, _page in pages():
        answer = client.get(address_of(model, "add"))
        if answer.status_code == 200:
            yield model, None, answer
        if MODELS[model._meta.label_lower] is Who.TENANT:
            for row in ours.rows(model._meta.label_lower).order_by("pk")[:2]:
                answer = client.get(address_of(model, "change", row.pk))
                if answer.status_code == 200:
                    yield model, row, answer


def test_every_choice_is_ones_own(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    pointing = set()
    for model, _row, answer in opened(client, ours):
        assert not found_in(answer.content.decode(), {MARK}), model
        for form in forms_of(answer):
            for name, field in form.fields.items():
                if not isinstance(field, forms.ModelChoiceField) or field.widget.is_hidden:
                    continue
                assert field.queryset is not None
                label = field.queryset.model._meta.label_lower
                offered = set(field.queryset.values_list("pk", flat=True))
                pointing.add((model._meta.label_lower, name))
                if label in MODELS and MODELS[label] is not Who.SHARED:
                    assert not offered & set(theirs.rows(label).values_list("pk", flat=True)), (model, name)
                else:
                    assert label == "catalog.category", (model, name)
    assert pointing >= {("catalog.listing", "merchant"), ("catalog.listing", "category"), ("catalog.sku", "listing")}


def test_keys_of_the_others_in_every_field_of_every_form_change_nothing_of_theirs(
    shops: tuple[Shop, Shop], client: Client
) -> None:
    ours, theirs = shops
    before, sent = kept(theirs), 0
    for model, row, answer in opened(client, ours):
        told = typed(answer)
        for form in forms_of(answer):
            for name in form.fields:
                field = form._meta.model._meta.get_field(name) if hasattr(form, "_meta") and name_of(form, name) else None
                label = field.related_model._meta.label_lower if field is not None and field.is_relation else ""
                if label in MODELS and MODELS[label] is Who.TENANT:
                    told[form.add_prefix(name)] = theirs.rows(label).order_by("pk")[0].pk
        path = address_of(model, "add") if row is None else address_of(model, "change", row.pk)
        client.post(path, told)
        sent += 1
    assert sent >= 5
    assert kept(theirs) == before


def name_of(form: Any, name: str) -> bool:
    return name in {field.name for field in form._meta.model._meta.get_fields()}


def kept(shop: Shop) -> dict[str, Any]:
    """Everything that a form could reach of a shop."""
    tiers = PriceTier.objects.filter(sku__listing__merchant=shop.merchant)
    members = Member.objects.filter(merchant=shop.merchant)
    rows = {label: shop.rows(label) for label, who in MODELS.items() if who is Who.TENANT}
    return {name: list(each.order_by("pk").values()) for name, each in (rows | {"tiers": tiers, "members": members}).items()}


def test_rows_of_the_others_are_not_reached_as_rows_within_ones_own_page(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    before = kept(theirs)
    within: list[tuple[Model, str, Model, dict[str, Any]]] = [
        (
            ours.sku.listing,
            "skus",
            theirs.sku,
            {"value": "1", "price": "0.01", "position": 0, "listing": ours.sku.listing_id},
        ),
        (ours.sku, "tiers", theirs.tier, {"from_quantity": 3, "unit_price": "0.01", "sku": ours.sku.pk}),
        (ours.sku, "tiers", theirs.tier, {"DELETE": "on", "sku": ours.sku.pk}),
        (ours.merchant, "members", theirs.owner.memberships.get(), {"role": "ORDERS", "merchant": ours.merchant.pk}),
        (ours.merchant, "members", theirs.owner.memberships.get(), {"DELETE": "on", "merchant": ours.merchant.pk}),
    ]
    for page, prefix, row, told in within:
        path = address_of(type(page), "change", page.pk)
        counted = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 1, f"{prefix}-0-id": row.pk}
        answer = client.post(
            path, typed(client.get(path)) | counted | {f"{prefix}-0-{name}": value for name, value in told.items()}
        )
        assert not found_in(answer.content.decode(), {MARK}), (page, prefix)
    assert kept(theirs) == before


def test_what_is_made_is_ones_own(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    told = {"merchant": theirs.merchant.pk, "category": ours.sku.listing.category_id, "title": "Stolen", "brand": "Stolen"}
    told |= {"glyph": "S", "skus-TOTAL_FORMS": 0, "skus-INITIAL_FORMS": 0}
    assert client.post(address_of(Listing, "add"), told).status_code == 200
    assert client.post(address_of(Listing, "add"), told | {"merchant": ours.merchant.pk}).status_code == 302
    assert Listing.objects.get(title="Stolen").merchant == ours.merchant
    for sent in ({"look": "1"}, {"confirm": "1"}, {"rejects": "1"}):
        answer = client.post(IMPORT, {"sku": theirs.sku.pk, "text": "X", **sent})
        assert answer.status_code == 200
        assert "attachment" not in str(answer.headers)
    assert Batch.objects.filter(sku=theirs.sku).count() == 2


@pytest.mark.parametrize("field", ["password", "token", "sealed", "owner", "merchant__name", "nothing"])
def test_a_window_for_choosing_hands_out_no_other_column(shops: tuple[Shop, Shop], client: Client, field: str) -> None:
    ours, _theirs = shops
    for model in (Listing, Sku, Merchant):
        row = ours.rows(model._meta.label_lower)[0]
        for path in (address_of(model, "changelist"), address_of(model, "add"), address_of(model, "change", row.pk)):
            answer = client.get(path, {"_popup": "1", "_to_field": field})
            assert answer.status_code in (400, 403), path


def test_a_role_at_one_merchant_gives_nothing_at_another(shops: tuple[Shop, Shop]) -> None:
    """Who works for both may look at one, and point at the other only."""
    ours, theirs = shops
    join(merchant=theirs.merchant, user=ours.owner, role=MerchantRole.ORDERS)
    client = signed_in(ours.owner)
    assert client.get(address_of(Sku, "change", theirs.sku.pk)).status_code == 200
    assert client.post(address_of(Sku, "change", theirs.sku.pk), {"price": "0.01"}).status_code == 403
    page = client.get(IMPORT).content.decode()
    assert re.findall(r'<option value="(\d+)"', page) == [str(ours.sku.pk)]
    for _model, _row, answer in opened(client, ours):
        for form in forms_of(answer):
            for field in form.fields.values():
                if (
                    isinstance(field, forms.ModelChoiceField)
                    and field.queryset is not None
                    and field.queryset.model is Merchant
                ):
                    assert list(field.queryset) == [ours.merchant]
