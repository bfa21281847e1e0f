"""Support finds an order by the key that a buyer reads out; the key stays nowhere."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import translation

from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.audit.models import Entry
from shop.inventory.models import StockUnit
from tests.admin.people import platform, signed_in, staff
from tests.factories import delivered_order, line_of, merchant, sku
from tests.storefront.shopper import Seen

pytestmark = pytest.mark.django_db
FIND = reverse("admin:orders_order_by_key")
CODE = "SHJ-7K2M-Q0ZD-44XA"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def find(key: str, role: str = PlatformRole.SUPPORT) -> Seen:
    return Seen(signed_in(platform(role)).post(FIND, {"key": key}, headers={"accept-language": "en"}))


@pytest.mark.parametrize("typed", [CODE, f"  {CODE}\t"], ids=["as delivered", "with what a paste brings"])
def test_a_key_leads_to_its_order(typed: str) -> None:
    order = delivered_order(codes=[CODE])
    page = find(typed)
    assert order.shown_number in page.text
    assert reverse("admin:orders_order_change", args=[order.pk]) in page.html
    assert "Delivered" in page.text


def test_an_unsold_key_leads_to_its_batch() -> None:
    unit = sku(units=[CODE]).units.get()
    page = find(CODE)
    assert "not sold" in page.text
    assert reverse("admin:inventory_batch_change", args=[unit.batch_id]) in page.html


def test_a_key_of_nobody_is_said_to_be_so() -> None:
    assert "No shop here has or had this key." in find("SHJ-0000-0000-0000").text


def test_that_somebody_looked_is_written_down_and_the_key_is_not() -> None:
    unit = StockUnit.objects.get(reservation=line_of(delivered_order(codes=[CODE])).reservation)
    page = find(CODE)
    entry = Entry.objects.latest("sequence")
    person = platform(PlatformRole.SUPPORT)
    assert (entry.act, entry.subject, entry.actor, entry.reason) == (
        "look up by key",
        f"unit:{unit.pk}",
        person.holder,
        "1 found",
    )
    assert CODE not in str(Entry.objects.values())
    assert CODE not in page.html.replace(f'value="{CODE}"', ""), "only where its finder typed it"


def test_merchants_cannot_ask_whose_key_it_is() -> None:
    delivered_order(codes=[CODE])
    clerk = signed_in(staff("Owner", merchant("Lotus Keys"), MerchantRole.OWNER))
    assert clerk.post(FIND, {"key": CODE}).status_code == 403
    assert clerk.get(FIND).status_code == 403
    assert "by-key" not in clerk.get(reverse("admin:orders_order_changelist")).content.decode()
    assert not Entry.objects.filter(act="look up by key").exists()


def test_the_list_of_orders_leads_there() -> None:
    support = signed_in(platform(PlatformRole.SUPPORT))
    assert FIND in support.get(reverse("admin:orders_order_changelist")).content.decode()
    assert support.get(FIND).status_code == 200


@pytest.mark.parametrize("typed", ["", "\0", "x" * 5000])
def test_garbage_is_refused_in_words(typed: str) -> None:
    assert find(typed).status == 200
    assert not Entry.objects.filter(act="look up by key").exists()
