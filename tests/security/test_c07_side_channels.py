"""C7: nothing tells of the other merchant's rows by the way: no refusal, no count, no log."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from shop.catalog.models import Listing, Sku
from shop.inventory.models import Batch
from tests.admin.people import signed_in
from tests.security.forms import refused, typed
from tests.security.tenants import MARK, Shop, address_of, found_in, told

pytestmark = pytest.mark.django_db

IMPORT = "/admin/inventory/batch/add/"


@pytest.fixture
def client(shops: tuple[Shop, Shop]) -> Client:
    return signed_in(shops[0].owner)


def listing(shop: Shop, like: Listing, **changes: Any) -> dict[str, Any]:
    """A product page of this shop, with everything that the other's has."""
    told = {name: getattr(like, name) for name in ("title", "slug", "brand", "glyph", "region")}
    told |= {"merchant": shop.merchant.pk, "category": like.category_id}
    return told | {"skus-TOTAL_FORMS": 0, "skus-INITIAL_FORMS": 0} | changes


def test_goods_may_be_called_as_the_others_are(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    theirs.sku.listing.slug = "star-abyss"
    theirs.sku.listing.save()
    answer = client.post(address_of(Listing, "add"), listing(ours, theirs.sku.listing))
    assert not refused(answer)
    made = Listing.objects.get(merchant=ours.merchant, title=theirs.sku.listing.title)
    assert made.slug.startswith("star-abyss-"), "an address leads to one page: this one has a tail"
    form = typed(client.get(address_of(Sku, "add"))) | {"price": "98"}
    like = {"value": theirs.sku.value, "unit": theirs.sku.unit, "listing": made.pk}
    tiers = {"tiers-TOTAL_FORMS": 0, "tiers-INITIAL_FORMS": 0}
    answer = client.post(address_of(Sku, "add"), form | like | tiers)
    assert not refused(answer)
    assert made.skus.get().value == theirs.sku.value


def test_a_hidden_page_takes_no_address_away(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    Listing.objects.filter(pk=theirs.sku.listing_id).update(slug="secret-plan", published_at=None)
    theirs.sku.listing.refresh_from_db()
    taken = client.post(address_of(Listing, "add"), listing(ours, theirs.sku.listing), follow=True)
    free = client.post(address_of(Listing, "add"), listing(ours, theirs.sku.listing, slug="open-plan"), follow=True)
    assert (taken.status_code, taken.redirect_chain[0][1]) == (free.status_code, free.redirect_chain[0][1]) == (200, 302)


def test_a_secret_of_the_others_is_new_to_us(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    answers = []
    for text in (f"{MARK}-CODE-0", f"{MARK}-CODE-9"):
        sent = {"sku": ours.sku.pk, "text": text, "source": "x"}
        look = client.post(IMPORT, sent | {"look": "1"})
        answers.append(told(look)[:3])
        checked = look.context["form"].data["checked"]
        done = client.post(IMPORT, sent | {"confirm": "1", "checked": checked})
        batch = Batch.objects.filter(sku=ours.sku, source="x").latest("pk")
        assert (done.status_code, batch.new, batch.known) == (302, 1, 0), text
        page = client.get(address_of(Batch, "change", batch.pk)).content.decode()
        assert not found_in(page, theirs.marks()), text
    assert answers[0] == answers[1]


def test_the_log_is_ones_own(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, theirs = shops
    rival = signed_in(theirs.owner)
    path = address_of(Listing, "change", theirs.sku.listing_id)
    assert not refused(rival.post(path, typed(rival.get(path)) | {"title": f"{MARK} again"}))
    assert LogEntry.objects.filter(user=theirs.owner).count() == 1
    for page in (reverse("admin:index"), address_of(Listing, "history", ours.sku.listing_id)):
        assert not found_in(client.get(page).content.decode(), {MARK}), page


def test_no_list_counts_beyond_ones_own(shops: tuple[Shop, Shop], client: Client) -> None:
    ours, _theirs = shops
    for model, page in admin.site._registry.items():
        assert not page.show_full_result_count, model
        assert page.show_facets is admin.ShowFacets.NEVER, model
    changelist = client.get(address_of(Listing, "changelist"), {"q": "Game", "_facets": "True"}).context["cl"]
    assert (changelist.result_count, changelist.full_result_count) == (1, None)
    assert ours.rows("catalog.listing").count() == 3


def test_a_figure_of_the_first_page_is_ones_own(shops: tuple[Shop, Shop], client: Client) -> None:
    """Both sold four lines; each knows of its own."""
    for shop, browser in ((shops[0], client), (shops[1], signed_in(shops[1].owner))):
        context = browser.get(reverse("admin:index")).context
        lines = list(shop.rows("orders.orderline"))
        assert (context["today"].now.orders, context["today"].now.amount) == (len(lines), sum(each.total for each in lines))
        assert {row.line.merchant_id for row in context["queue"]} == {shop.merchant.pk}
