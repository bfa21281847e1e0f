"""C6: exports, imports, reveals, figures and every other page of the admin that is no list and no form of a row."""

from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.audit.models import Entry
from shop.inventory.models import Batch
from shop.merchants.members import join
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import PASSWORD
from tests.security.addresses import everything
from tests.security.dump import state
from tests.security.policy import MODELS, OTHER_PAGES, ROW_PAGES, Who
from tests.security.tenants import MARK, NOWHERE, Shop, found_in, pages, told, visits

pytestmark = pytest.mark.django_db

#: What any of these pages takes: each reads its own part.
SENT = {
    **{"part": "unsold", "kind": "txt", "reason": "Moving house", "password": PASSWORD, "reference": "cash"},
    **{"do": "save", "seen": "", "pieces": "5", "key": f"{MARK}-CODE-0", "take": "1", "lost": "1"},
}
USUAL = ("changelist", "add", "history", "delete", "change")


def model_of(name: str) -> Any:
    app, model = name.split("_")[:2]
    return apps.get_model(app, model)


def unlike_ours(name: str, ours: Shop, theirs: Shop) -> int:
    """The key of a row that this page would be of, and which is not ours."""
    model = model_of(name)
    if ROW_PAGES[name] is Who.PLATFORM:
        return int(model.objects.order_by("pk")[0].pk)
    if name == "catalog_sku_pieces":
        return theirs.by_hand.pk
    return theirs.batch.pk if model is Batch else int(theirs.rows(model._meta.label_lower).order_by("pk")[0].pk)


def ours_of(name: str, ours: Shop) -> int:
    if name == "catalog_sku_pieces":
        return ours.by_hand.pk
    model = model_of(name)
    return ours.batch.pk if model is Batch else int(ours.rows(model._meta.label_lower).order_by("pk")[0].pk)


def test_every_address_of_the_admin_has_a_policy() -> None:
    usual = {f"{model._meta.label_lower.replace('.', '_')}_{view}" for model, _page in pages() for view in USUAL}
    shorts = {f"/admin/{model._meta.label_lower.replace('.', '/')}/none/" for model, _page in pages()}
    others = set()
    for path, pattern in everything():
        if path.startswith("/admin/") and pattern.name not in usual and path not in shorts:
            # What comes last says that there is nothing, once somebody is inside.
            others.add(pattern.name or path)
    assert others - {"/admin/"} == set(ROW_PAGES) | set(OTHER_PAGES)


def test_what_is_not_ours_answers_as_what_is_not_there(shops: tuple[Shop, Shop]) -> None:
    ours, theirs = shops
    client = signed_in(ours.owner)
    client.get(reverse("admin:index"))
    before = state()
    for name in ROW_PAGES:
        key = unlike_ours(name, ours, theirs)
        there, nowhere = (reverse(f"admin:{name}", args=[pk]) for pk in (key, NOWHERE))
        answers = visits(client, there, SENT | {"number": str(key)})
        for answer, nobodys in zip(answers, visits(client, nowhere, SENT), strict=True):
            assert told(answer) == told(nobodys), name
            assert answer.status_code in (403, 404), name
    assert state() == before


def test_our_own_rows_have_these_pages(shops: tuple[Shop, Shop]) -> None:
    """Else the answers above might be everybody's."""
    ours, theirs = shops
    client = signed_in(ours.owner)
    for name, who in ROW_PAGES.items():
        if who is Who.TENANT:
            path = reverse(f"admin:{name}", args=[ours_of(name, ours)])
            answer = client.post(path, SENT) if name == "catalog_sku_asks_preview" else client.get(path)
            assert answer.status_code == 200, name
            assert not found_in(answer.content.decode(), theirs.marks()), name


@pytest.mark.parametrize("role", [MerchantRole.OWNER, MerchantRole.FINANCE])
def test_pages_of_no_row_name_nothing_of_the_others(shops: tuple[Shop, Shop], role: str) -> None:
    _ours, theirs = shops
    client = signed_in(staff("Clerk", shops[0].merchant, role))
    apps_shown = [reverse("admin:app_list", args=[label]) for label in sorted({model.split(".")[0] for model in MODELS})]
    plain = [name for name, who in OTHER_PAGES.items() if who is Who.STAFF and name != "app_list"]
    for path in [*(reverse(f"admin:{name}") for name in plain), *apps_shown]:
        for answer in (client.get(path), client.get(path, {"s": MARK[1:], "extended": "1"})):
            assert answer.status_code in (200, 302, 404), path
            assert not found_in(answer.content.decode(), theirs.marks()), path
    for name in [name for name, who in OTHER_PAGES.items() if who is Who.PLATFORM]:
        assert {answer.status_code for answer in visits(client, reverse(f"admin:{name}"), SENT)} == {403}, name
    assert not Entry.objects.filter(act="look up by key").exists()


@pytest.mark.parametrize("page", ["x", "0", "-1", "9999999999"])
def test_a_page_of_the_search_that_is_none_is_no_error(page: str) -> None:
    answer = signed_in(platform()).get(
        reverse("admin:search"), {"s": "s", "page": page, "extended": "1"}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 200
    assert reverse("admin:catalog_sku_changelist") in answer.content.decode()


def test_the_next_piece_of_handwork_is_taken_where_one_may_deliver_and_nowhere_else(shops: tuple[Shop, Shop]) -> None:
    """Support sees every line that waits; as a clerk of one shop the same person takes up that shop's."""
    ours, theirs = shops
    f.pay_order(f.place_order(theirs.by_hand, by=f.buyer("First")))
    f.pay_order(f.place_order(ours.by_hand, by=f.buyer("Second")))
    f.verify_all()
    person = platform(PlatformRole.SUPPORT)
    join(merchant=ours.merchant, user=person, role=MerchantRole.ORDERS)
    client, waits = signed_in(person), Fulfillment.objects.filter(status=FulfillmentStatus.WAITING)
    client.post(reverse("admin:delivery_handdelivery_next"))
    assert list(waits.values_list("line__merchant", flat=True)) == [theirs.merchant.pk]
    client.post(reverse("admin:delivery_handdelivery_next"))
    assert list(waits.values_list("line__merchant", flat=True)) == [theirs.merchant.pk]


def test_no_row_is_looked_up_by_its_kind(shops: tuple[Shop, Shop]) -> None:
    """Neither does the platform: rows of this house have no page of their own outside."""
    client = signed_in(platform())
    for number in range(1, 40):
        assert client.get(reverse("admin:view_on_site", args=[number, shops[1].sku.pk])).status_code == 404
