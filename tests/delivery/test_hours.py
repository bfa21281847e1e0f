"""A promise of people runs while their shop is open."""

import datetime as dt

import pytest
from django.utils import timezone

from kameng.lib import clock
from shop.merchants.hours import after_open_seconds
from tests import factories as f
from tests.factories import NOON

HALF_HOUR = 1800
DAY, EVENING, NIGHT = dt.time(9), dt.time(23), dt.time(2)


def local(text: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("paid", "hours", "promised"),
    [
        ("2026-11-22 12:00", (DAY, EVENING), "2026-11-22 12:30"),
        ("2026-11-22 22:50", (DAY, EVENING), "2026-11-23 09:20"),
        ("2026-11-22 22:30", (DAY, EVENING), "2026-11-22 23:00"),
        ("2026-11-22 23:30", (DAY, EVENING), "2026-11-23 09:30"),
        ("2026-11-22 03:00", (DAY, EVENING), "2026-11-22 09:30"),
        ("2026-11-22 01:45", (EVENING, NIGHT), "2026-11-22 23:15"),
        ("2026-11-22 01:15", (EVENING, NIGHT), "2026-11-22 01:45"),
        ("2026-11-22 12:00", (EVENING, NIGHT), "2026-11-22 23:30"),
        ("2026-11-22 03:00", (None, None), "2026-11-22 03:30"),
    ],
)
def test_half_an_hour_of_opening_hours(paid: str, hours: tuple[dt.time | None, dt.time | None], promised: str) -> None:
    assert after_open_seconds(local(paid), HALF_HOUR, *hours) == local(promised)


def test_a_long_promise_takes_several_days() -> None:
    assert after_open_seconds(local("2026-11-22 12:00"), 30 * 3600, DAY, EVENING) == local("2026-11-24 14:00")


def test_hours_that_never_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        after_open_seconds(local("2026-11-22 12:00"), 10**9, DAY, dt.time(9, 1))


@pytest.mark.django_db
def test_an_order_paid_at_night_is_promised_for_the_morning_and_paid_back_by_the_clock_on_the_wall() -> None:
    seller = f.merchant("Day Shop", opens=DAY, closes=EVENING)
    with clock.at(NOON + dt.timedelta(hours=10, minutes=50)):
        line = f.line_of(f.pay_order(f.place_order(f.by_hand(of=f.listing(seller=seller)))))
    assert (line.promised_by, line.refund_by) == (local("2026-11-23 09:20"), local("2026-11-23 22:50"))


@pytest.mark.django_db
def test_what_comes_from_stock_knows_no_night() -> None:
    seller = f.merchant("Day Shop", opens=DAY, closes=EVENING)
    with clock.at(NOON + dt.timedelta(hours=10, minutes=50)):
        line = f.line_of(f.pay_order(f.place_order(f.sku(units=1, of=f.listing(seller=seller)))))
    assert line.promised_by == local("2026-11-22 22:51")
