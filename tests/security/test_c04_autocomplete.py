"""C4: what the admin completes while somebody types is their own rows, for every reference that a model has."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from kameng.lib.admin import HouseAdmin
from tests.admin.people import signed_in
from tests.security.policy import MODELS, Who
from tests.security.tenants import MARK, Shop, found_in, pages

pytestmark = pytest.mark.django_db

COMPLETE = reverse("admin:autocomplete")
GUESSED = ("", "id", "pk", "password", "user__password", "merchant__owner", "token", "_meta", "objects", "nothing")


def references() -> Iterator[tuple[Any, str]]:
    """Every field of every model that points somewhere."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation:
                yield model, field.name


def asks(client: Client, model: Any, field: str, term: str) -> Any:
    told = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field, "term": term}
    return client.get(COMPLETE, told)


def test_nothing_is_completed_that_no_page_completes(shops: tuple[Shop, Shop]) -> None:
    client = signed_in(shops[0].owner)
    for model, field in references():
        assert asks(client, model, field, "").status_code in (403, 404), (model, field)


def test_what_a_page_completes_are_ones_own_rows(shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch) -> None:
    """Were every reference of every page completed: today none is."""
    ours, theirs = shops

    def every(page: HouseAdmin, request: HttpRequest) -> list[str]:
        return [field.name for field in page.model._meta.fields if field.is_relation]

    monkeypatch.setattr(HouseAdmin, "get_autocomplete_fields", every)
    client, completed = signed_in(ours.owner), set()
    for model, _page in pages():
        for field in [field for field in model._meta.fields if field.is_relation]:
            target: Any = field.related_model
            label = target._meta.label_lower
            for term in ("", MARK[1:], "a"):
                answer = asks(client, model, field.name, term)
                assert answer.status_code in (200, 403, 404), (model, field)
                assert not found_in(answer.content.decode(), theirs.marks()), (model, field, term)
                if answer.status_code == 200:
                    assert "@" not in answer.content.decode(), (model, field, term)
                    ids = {int(row["id"]) for row in answer.json()["results"]}
                    assert MODELS[label] in (Who.TENANT, Who.SHARED), (model, field)
                    assert MODELS[label] is Who.SHARED or ids <= set(ours.rows(label).values_list("pk", flat=True))
                    completed |= {label} if ids else set()
    assert completed >= {"catalog.listing", "catalog.sku", "merchants.merchant"}


def test_guessed_names_are_refused(shops: tuple[Shop, Shop]) -> None:
    client = signed_in(shops[0].owner)
    for model, _page in pages():
        for field in GUESSED:
            assert asks(client, model, field, "").status_code in (403, 404), (model, field)
    for app, name in (("catalog", "nothing"), ("", ""), ("nothing", "sku")):
        told = {"app_label": app, "model_name": name, "field_name": "listing", "term": ""}
        assert client.get(COMPLETE, told).status_code == 403


def test_nobody_completes_without_a_role() -> None:
    assert Client().get(COMPLETE).status_code == 302
