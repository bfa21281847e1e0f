"""A parcel that did not arrive is ended by a person of the platform, and by nobody else; its shop sees where it stands."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment, Shipment, ShipmentStatus
from fulfillment.delivery.shipping import Parcel, ship, stall
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.lib import clock
from kameng.notices.models import Alarm
from shop.inventory.models import Capacity
from shop.orders.models import LineStatus, OrderLine
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import NOON
from tests.storefront.shopper import Seen

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATE = NOON + 12 * DAY


@pytest.fixture(autouse=True)
def _late() -> Iterator[None]:
    with clock.at(NOON), translation.override("en"):
        yield


@pytest.fixture
def parcel() -> Shipment:
    """Handed over a day after noon, and not there eleven days later."""
    f.pay_order(f.place_order(f.card_to_ship(5), quantity=2))
    f.verify_all()
    row, sam = Fulfillment.objects.get(), f.member("Sam")
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    ship(fulfillment_id=row.pk, user=sam, parcel=Parcel("SF Express", "SF1403000022290"), now=NOON + DAY)
    made = Shipment.objects.get()
    assert stall(shipment_id=made.pk, now=LATE)
    return made


def say(client: Client, parcel: Shipment, what: str) -> Seen:
    with clock.at(LATE):
        url = reverse("admin:delivery_shipment_change", args=[parcel.pk])
        return Seen(client.post(url, {what: "1"}, follow=True, headers={"accept-language": "en"}))


def ended(parcel: Shipment) -> tuple[str, str, int]:
    parcel.refresh_from_db()
    return parcel.status, OrderLine.objects.get().status, Capacity.objects.get().free


def test_support_finds_it_on_the_first_page_and_opens_it(parcel: Shipment) -> None:
    support = signed_in(platform(PlatformRole.SUPPORT))
    with clock.at(LATE):
        first = Seen(support.get(reverse("admin:index"), headers={"accept-language": "en"}))
        assert "Parcels that did not arrive 1" in first.text
        listed = Seen(support.get(reverse("admin:delivery_shipment_changelist"), {"status__exact": "STALLED"}))
        assert "SF1403000022290" in listed.text
        url = reverse("admin:delivery_shipment_change", args=[parcel.pk])
        page = Seen(support.get(url, headers={"accept-language": "en"}))
    assert "SF Express SF1403000022290" in page.text
    assert "should arrive by Dec 3 12:00 late" in page.text
    for button in ("It arrived", "It came back: pay back", "It is lost: pay back"):
        assert button in page.text


@pytest.mark.parametrize(
    ("what", "status", "line", "left"),
    [
        ("arrived", ShipmentStatus.DELIVERED, LineStatus.DELIVERED, 3),
        ("came_back", ShipmentStatus.RETURNED, LineStatus.REFUNDED, 5),
        ("lost", ShipmentStatus.LOST, LineStatus.REFUNDED, 3),
    ],
)
def test_what_support_says_ends_it_and_closes_its_alarm(
    parcel: Shipment, what: str, status: str, line: str, left: int
) -> None:
    person = platform(PlatformRole.SUPPORT)
    page = say(signed_in(person), parcel, what)
    assert ended(parcel) == (status, line, left)
    assert Alarm.objects.get(key=f"shipment:{parcel.pk}").closed_by == person.holder
    assert "pay back" not in page.text, "there is nothing left to say"
    assert "No parcel of this line is on its way." in say(signed_in(person), parcel, "lost").text
    assert ended(parcel) == (status, line, left)


def test_its_merchant_sees_it_and_cannot_end_it(parcel: Shipment) -> None:
    clerk = signed_in(staff("Clerk", OrderLine.objects.get().merchant, MerchantRole.ORDERS))
    page = Seen(clerk.get(reverse("admin:delivery_shipment_change", args=[parcel.pk])))
    assert "SF1403000022290" in page.text
    assert "pay back" not in page.text
    assert say(clerk, parcel, "lost").status == 403
    assert ended(parcel)[0] == ShipmentStatus.STALLED


def test_another_shop_does_not_see_it(parcel: Shipment) -> None:
    other = signed_in(staff("Other", f.merchant("Lotus Keys"), MerchantRole.OWNER))
    assert other.get(reverse("admin:delivery_shipment_change", args=[parcel.pk])).status_code == 404
    assert say(other, parcel, "lost").status == 404
    assert "SF1403" not in other.get(reverse("admin:delivery_shipment_changelist")).content.decode()


def test_what_no_button_says_does_nothing(parcel: Shipment) -> None:
    assert say(signed_in(platform(PlatformRole.SUPPORT)), parcel, "eaten").status == 404
    assert ended(parcel)[0] == ShipmentStatus.STALLED
