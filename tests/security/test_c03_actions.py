"""C3: an action of the admin reaches nobody else's rows, whichever keys are sent and also when "all" are chosen."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kameng.accounts.roles import MerchantRole
from kameng.lib.admin import HouseAdmin
from shop.catalog.admin import ListingAdmin
from shop.catalog.models import Listing
from shop.merchants.members import join
from tests.admin.people import signed_in
from tests.security.dump import state
from tests.security.tenants import NOWHERE, Shop, address_of, pages, told

pytestmark = pytest.mark.django_db


def sent(action: str, *keys: int, everything: bool = False) -> dict[str, Any]:
    return {"action": action, "_selected_action": keys, "index": "0", "select_across": "1" if everything else "0"}


@pytest.mark.parametrize("everything", [True, False])
def test_no_action_reaches_what_is_not_ours(shops: tuple[Shop, Shop], *, everything: bool) -> None:
    client = signed_in(shops[0].owner)
    client.get("/admin/")
    before, tried = state(), set()
    for model, page in pages():
        path = address_of(model, "changelist")
        row = model._default_manager.order_by("-pk").first()
        assert row is not None
        for action in ("delete_selected", *page.actions):
            name = action if isinstance(action, str) else action.__name__
            here = told(client.post(path, sent(name, row.pk, everything=everything)))
            nowhere = told(client.post(path, sent(name, NOWHERE, everything=everything)))
            assert here == nowhere, (model, name)
            tried.add(name)
    assert tried >= {"delete_selected", "close_alarms"}
    assert state() == before


@admin.action(description="Unpublish")
def unpublish(page: HouseAdmin, request: HttpRequest, rows: "QuerySet[Any]") -> None:
    page.message_user(request, f"{rows.update(published_at=None)} unpublished")


@pytest.mark.parametrize("everything", [True, False])
def test_an_action_of_tomorrow_is_given_ones_own_rows_alone(
    shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch, *, everything: bool
) -> None:
    """Today merchants have none: whoever adds one need not think of it."""
    ours, theirs = shops
    monkeypatch.setattr(ListingAdmin, "actions", (unpublish,))
    keys = list(Listing.objects.values_list("pk", flat=True))
    path = address_of(Listing, "changelist")
    answer = signed_in(ours.owner).post(path, sent("unpublish", *keys, everything=everything), follow=True)
    assert "3 unpublished" in answer.content.decode()
    assert not ours.rows("catalog.listing").filter(published_at__isnull=False).exists()
    assert not theirs.rows("catalog.listing").filter(published_at=None).exists()


def test_an_action_is_not_given_rows_that_one_may_only_look_at(
    shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who delivers for one shop and keeps the catalogue of another sees the listings of both, and changes one's."""
    ours, theirs = shops
    join(merchant=theirs.merchant, user=ours.owner, role=MerchantRole.ORDERS)
    monkeypatch.setattr(ListingAdmin, "actions", (unpublish,))
    keys = list(Listing.objects.values_list("pk", flat=True))
    client = signed_in(ours.owner)
    assert len(client.get(address_of(Listing, "changelist")).context["cl"].result_list) == 6
    answer = client.post(address_of(Listing, "changelist"), sent("unpublish", *keys), follow=True)
    assert "3 unpublished" in answer.content.decode()
    assert not theirs.rows("catalog.listing").filter(published_at=None).exists()
