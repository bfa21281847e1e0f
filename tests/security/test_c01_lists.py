"""C1: a merchant's people see their own rows in every list of the admin, however its address asks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from tests.admin.people import signed_in
from tests.security.policy import MODELS, PATHS, Who
from tests.security.tenants import MARK, Shop, address_of, found_in, pages

pytestmark = pytest.mark.django_db

#: Nothing in an address looks through a list at other columns.
LEAKS = (
    "merchant__name__startswith=N",
    "merchant__members__user__password__startswith=p",
    "listing__merchant__members__user__password__startswith=p",
    "secret__fingerprint__startswith=a",
    "order__token__startswith=a",
    "token__startswith=a",
    "holder__startswith=m",
    "line__order__email__startswith=n",
)


@pytest.fixture
def client(shops: tuple[Shop, Shop]) -> Client:
    return signed_in(shops[0].owner)


def tenant_pages() -> list[tuple[type[Model], Any]]:
    return [(model, page) for model, page in pages() if MODELS[model._meta.label_lower] is Who.TENANT]


def listed(answer: Any) -> set[int]:
    return {row.pk for row in answer.context["cl"].result_list}


def orders_of(model: type[Model], page: Any) -> Iterator[str]:
    for n in range(1, len(page.list_display) + 2):
        yield f"o={'-' if n % 2 else ''}{n}"


def choices_of(answer: Any) -> Iterator[str]:
    """What each filter beside the list offers, as it would be asked for."""
    changelist = answer.context["cl"]
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            yield str(choice["query_string"]).removeprefix("?")


def test_the_other_merchant_has_rows_of_every_model(shops: tuple[Shop, Shop]) -> None:
    """Else what follows would prove nothing."""
    for label, who in MODELS.items():
        if who is Who.TENANT:
            assert all(shop.rows(label).exists() for shop in shops), label
    assert set(PATHS) | {"ledger.account"} == {label for label, who in MODELS.items() if who is Who.TENANT}


def test_a_list_is_ones_own_rows_in_every_order_and_behind_every_choice(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    marks, asked = theirs.marks(), 0
    for model, page in tenant_pages():
        label, path = model._meta.label_lower, address_of(model, "changelist")
        own = set(ours.rows(label).values_list("pk", flat=True))
        plain = client.get(path)
        # Of hand deliveries only those stand there that somebody still waits for.
        assert listed(plain) == own if label != "delivery.handdelivery" else listed(plain) < own, label
        asks = [*orders_of(model, page), *choices_of(plain), "_facets=True", "all=", "p=1", "p=2", "e=1"]
        if page.date_hierarchy:
            asks += [f"{page.date_hierarchy}__year={year}" for year in (2025, 2026)]
        for ask in asks:
            answer = client.get(f"{path}?{ask}", follow=True)
            assert answer.status_code == 200, (label, ask)
            assert not found_in(answer.content.decode(), marks), (label, ask)
            if "cl" in answer.context:
                assert listed(answer) <= own, (label, ask)
                asked += 1
    assert asked > 100


def test_a_search_for_what_is_the_others_finds_nothing(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    marks = theirs.marks()
    for model, page in tenant_pages():
        own = set(ours.rows(model._meta.label_lower).values_list("pk", flat=True))
        for mark in [*sorted(marks)[::3], MARK]:
            answer = client.get(address_of(model, "changelist"), {"q": mark})
            # The page repeats what was asked.
            assert not found_in(answer.content.decode(), marks - {mark}), (model, mark)
            if page.get_search_fields(answer.wsgi_request):
                assert listed(answer) == set(), (model, mark)
            assert listed(answer) <= own, (model, mark)


def test_the_others_merchant_is_no_filter(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    for model, _page in tenant_pages():
        own = set(ours.rows(model._meta.label_lower).values_list("pk", flat=True))
        for name in ("merchant__id__exact", "merchant", "merchant__in", "merchant__exact"):
            answer = client.get(address_of(model, "changelist"), {name: theirs.merchant.pk}, follow=True)
            assert answer.status_code in (200, 400)
            assert not found_in(answer.content.decode(), {MARK}), (model, name)
            if answer.status_code == 200 and answer.context and "cl" in answer.context:
                assert listed(answer) <= own, (model, name)


def test_an_address_cannot_ask_about_other_columns(client: Client) -> None:
    for model, _page in tenant_pages():
        for leak in LEAKS:
            path = f"{address_of(model, 'changelist')}?{leak}"
            assert client.get(path).status_code == 400, path


def test_lists_of_the_platform_do_not_open(client: Client) -> None:
    for model, _page in pages():
        if MODELS[model._meta.label_lower] is Who.PLATFORM:
            assert client.get(address_of(model, "changelist")).status_code == 403, model
