"""C2: the page of another merchant's row answers as that of a row that does not exist, and nothing happens."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse

from tests import factories as f
from tests.admin.people import platform, signed_in
from tests.security.dump import state
from tests.security.policy import MODELS, Who
from tests.security.tenants import NOWHERE, Shop, address_of, found_in, pages, told, visits

pytestmark = pytest.mark.django_db


def paths(model: type[Model], key: int) -> dict[str, str]:
    """Where a row of this key would be seen, changed, deleted, looked back at, and looked up by its kind."""
    kind = ContentType.objects.get_for_model(model).pk
    return {
        **{view: address_of(model, view, key) for view in ("change", "delete", "history")},
        "short": f"{address_of(model, 'changelist')}{key}/",
        "password": f"{address_of(model, 'changelist')}{key}/password/",
        "popup": f"{address_of(model, 'change', key)}?_popup=1",
        "view on site": reverse("admin:view_on_site", args=[kind, key]),
    }


def not_ours(model: type[Model], ours: Shop, theirs: Shop) -> Any:
    """A row of the other merchant, or of the platform."""
    label = model._meta.label_lower
    if MODELS[label] is not Who.TENANT:
        return model._default_manager.order_by("pk").first()
    own = ours.rows(label).values("pk")
    return theirs.rows(label).exclude(pk__in=own).order_by("pk").first()


def test_what_is_not_ours_answers_as_what_is_not_there(shops: tuple[Shop, Shop]) -> None:
    """An owner may do at the own shop what all others there may."""
    ours, theirs = shops
    client, marks = signed_in(ours.owner), theirs.marks()
    client.get(reverse("admin:index"))
    before, compared = state(), 0
    for model, _page in pages():
        if MODELS[model._meta.label_lower] is Who.SHARED:
            continue
        row = not_ours(model, ours, theirs)
        assert row is not None, model
        there, nowhere = paths(model, row.pk), paths(model, NOWHERE)
        for view, path in there.items():
            sent = view in ("change", "delete", "history")
            for answer, nobodys in zip(
                visits(client, path, sent=sent), visits(client, nowhere[view], sent=sent), strict=True
            ):
                assert told(answer) == told(nobodys), path
                assert answer.status_code in (301, 302, 403, 404), path
                assert not found_in(answer.content.decode(), marks), path
                compared += 1
    assert compared > 200
    assert state() == before


def test_ones_own_rows_have_pages(shops: tuple[Shop, Shop]) -> None:
    """Else the answers above might be everybody's."""
    ours, theirs = shops
    client, marks = signed_in(ours.owner), theirs.marks()
    for model, page in pages():
        if MODELS[model._meta.label_lower] is not Who.TENANT:
            continue
        for row in ours.rows(model._meta.label_lower):
            if not page.get_queryset(client.get("/admin/").wsgi_request).filter(pk=row.pk).exists():
                continue
            for view in ("change", "history"):
                answer = client.get(address_of(model, view, row.pk))
                assert answer.status_code == 200, (model, row, view)
                assert not found_in(answer.content.decode(), marks), (model, row)


def test_an_order_of_both_shows_each_its_own_line_and_no_more_of_the_buyer(shops: tuple[Shop, Shop]) -> None:
    ours, theirs = shops
    order = ours.rows("orders.order").get(lines__merchant=theirs.merchant)
    page = signed_in(ours.owner).get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "Ours Game" in page
    assert theirs.name not in page
    assert order.email not in page
    assert "b•••@example.com" in page
    assert "98.00" in page
    assert "196.00" not in page
    assert order.token not in page


@pytest.mark.parametrize("key", ["-1", "x", "9" * 30, "_5F", "1/../2"])
def test_keys_that_are_none_are_no_rows(key: str) -> None:
    client = signed_in(platform())
    f.delivered_order()
    for model, _page in pages():
        assert client.get(address_of(model, "change", key)).status_code in (302, 403, 404), (model, key)
