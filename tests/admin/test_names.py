"""Who did something, as far as the reader may know: a merchant learns no more of a buyer than the masked address."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from kameng.audit.record import Actor, record
from kameng.lib import clock, ids
from kameng.notices.alarms import close, raise_alarm
from kameng.notices.models import Alarm
from shop.inventory.intake import import_batch
from shop.inventory.models import StockUnit
from shop.orders.models import OrderLine
from tests import factories
from tests.admin.people import platform, signed_in, staff

pytestmark = pytest.mark.django_db

BUYER = "买家"


def pages_of(line: OrderLine) -> list[str]:
    """The pages that tell what happened to something sold, and their lists."""
    unit = StockUnit.objects.get(reservation__line=line)
    rows = [line, line.order, line.fulfillment, unit, unit.batch]
    names = [(f"admin:{row._meta.app_label}_{row._meta.model_name}", row.pk) for row in rows]
    assert reverse("admin:index")
    return [reverse(f"{name}_change", args=[pk]) for name, pk in names] + [
        reverse(f"{name}_changelist") for name, _ in names
    ]


def sold(member: bool = False) -> OrderLine:
    by = factories.buyer("Guest", user=factories.member("Buyer") if member else None)
    return factories.line_of(factories.delivered_order(by=by))


@pytest.mark.parametrize("member", [False, True], ids=["guest", "member"])
def test_a_merchant_reads_that_a_buyer_did_it_and_not_which(member: bool) -> None:
    line = sold(member)
    client = signed_in(staff("Owner", line.merchant))
    pages = {address: client.get(address).content.decode() for address in pages_of(line)}
    code = line.order.holder
    assert [address for address, page in pages.items() if code in page] == []
    assert sum(BUYER in page for page in pages.values()) >= 3
    assert not any(line.order.email in page for page in pages.values())


def test_a_merchant_cannot_search_for_a_holder() -> None:
    line = sold()
    client = signed_in(staff("Owner", line.merchant))
    for model in (type(line), type(line.order), type(line.fulfillment), StockUnit):
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for asked in ("mail:", line.order.holder, line.order.email):
            found = client.get(address, {"q": asked})
            assert found.status_code == 200
            assert found.context["cl"].result_count == 0, (address, asked)


def test_a_merchant_reads_the_names_of_colleagues() -> None:
    sku = factories.sku()
    owner = staff("Olga", sku.listing.merchant)
    batch = import_batch(sku=sku, secrets=["A"], source="x", user=owner, now=clock.now())
    page = signed_in(owner).get(reverse("admin:inventory_stockunit_change", args=[batch.units.get().pk])).content.decode()
    assert "Olga" in page
    assert owner.holder not in page


@pytest.mark.parametrize(("member", "name"), [(False, "g•••@example.com"), (True, "buyer@example.com")])
def test_the_platform_reads_a_name_instead_of_a_code(member: bool, name: str) -> None:
    line = sold(member)
    client = signed_in(platform())
    page = client.get(reverse("admin:orders_orderline_change", args=[line.pk])).content.decode()
    assert name in page
    assert line.order.holder not in page


def test_the_lists_of_the_platform_name_people() -> None:
    operator = platform(name="Otto")
    raise_alarm(key="a", kind="odd", subject="order:1", text="Odd", now=clock.now())
    close(alarm_id=Alarm.objects.get().pk, by=operator.holder, now=clock.now())
    record(act="reveal", subject="unit:1", actor=Actor(operator.holder, "buyer"), now=clock.now())
    client: Client = signed_in(operator)
    assert operator.email in client.get(reverse("admin:audit_entry_changelist")).content.decode()
    assert operator.email in client.get(reverse("admin:notices_alarm_changelist") + "?state=closed").content.decode()


def test_no_page_for_merchants_lists_a_holder_or_an_actor() -> None:
    assert reverse("admin:index")
    for model, page in admin.site._registry.items():
        if getattr(page, "merchant_path", None) is not None:
            told = {*page.list_display, *(page.fields or ()), *page.search_fields}
            inlines = {name for inline in page.inlines for name in (inline.fields or ())}
            assert not (told | inlines) & {"holder", "actor", "reservation"}, model


def test_the_name_of_a_contact_tells_nothing_without_the_key(settings: object) -> None:
    before = ids.contact_key(" Alice@Example.com")
    assert before == ids.contact_key("alice@example.com")
    settings.FINGERPRINT_KEY = "other:" + "eHh4" * 10 + "eHg="  # type: ignore[attr-defined]
    assert ids.contact_key("alice@example.com") != before
