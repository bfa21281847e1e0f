"""A compiled query answers as the queryset that it was built from."""

import pytest
from django.db import connection, models
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from kameng.lib.compiled import Compiled, Slot
from kameng.notices.models import Notification
from shop.orders.models import Order, OrderLine
from tests import factories

pytestmark = pytest.mark.django_db


def columns(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def order_and_lines() -> Compiled[OrderLine]:
    return Compiled(lambda: OrderLine.objects.filter(order=Slot("order")).select_related("order", "merchant").order_by("pk"))


def test_rows_have_every_value_in_its_type() -> None:
    made = factories.place_order(factories.sku(units=1))
    (line,) = order_and_lines()(order=made.pk)
    known = OrderLine.objects.get(order=made)
    assert columns(line) == columns(known)
    assert columns(line.order) == columns(Order.objects.get())
    assert line.order.extended is False
    assert line.order.placed_at == made.placed_at


def test_what_is_joined_is_not_asked_for_again() -> None:
    made = factories.place_order(factories.sku(units=1))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        (line,) = order_and_lines()(order=made.pk)
        assert (line.order.number, line.merchant.name) == (made.number, line.merchant.name)
    assert len(asked) == 1


def test_each_call_brings_its_own_values() -> None:
    sku = factories.sku(units=2)
    one, other = (factories.place_order(sku, by=factories.buyer(name)) for name in ("Ann", "Bob"))
    by_key = Compiled(lambda: Order.objects.filter(pk=Slot("pk")))
    assert [by_key.one(pk=one.pk), by_key.one(pk=other.pk), by_key.first(pk=0)] == [one, other, None]


def test_the_question_is_built_once() -> None:
    built = []

    def build() -> models.QuerySet[Order]:
        built.append(1)
        return Order.objects.filter(pk=Slot("pk"))

    asked = Compiled(build)
    assert (asked(pk=1), asked(pk=2), len(built)) == ([], [], 1)


def test_times_and_rows_of_json_come_back_as_they_were_stored() -> None:
    now = factories.place_order(factories.sku(units=1)).placed_at
    kept = Notification.objects.create(
        key="k",
        event="delivered",
        address="a@example.com",
        locale="en",
        context={"n": [1, "二"]},
        created_at=now,
        next_try_at=now,
    )
    due = Compiled(lambda: Notification.objects.filter(next_try_at__lte=Slot("now")))
    found = due.one(now=now)
    assert (found, found.context, found.created_at) == (kept, {"n": [1, "二"]}, now)


def test_tuples_are_converted_too() -> None:
    made = factories.place_order(factories.sku(units=1))
    asked = Compiled(lambda: Order.objects.filter(pk=Slot("pk")).values_list("extended", "placed_at"))
    assert asked(pk=made.pk) == [(False, made.placed_at)]


def test_columns_left_out_are_read_when_they_are_wanted() -> None:
    made = factories.place_order(factories.sku(units=1))
    found = Compiled(lambda: Order.objects.filter(pk=Slot("pk")).only("number")).one(pk=made.pk)
    assert found.get_deferred_fields() >= {"email", "total"}
    assert (found.number, found.total) == (made.number, made.total)


def test_nothing_found_is_said_as_the_model_says_it() -> None:
    with pytest.raises(Order.DoesNotExist):
        Compiled(lambda: Order.objects.filter(pk=Slot("pk"))).one(pk=0)


@pytest.mark.django_db(transaction=True)
def test_a_query_that_locks_needs_a_transaction_at_every_call() -> None:
    locked = Compiled(lambda: Order.objects.filter(pk=Slot("pk")).select_for_update())
    for _again in range(2):
        with pytest.raises(TransactionManagementError):
            locked(pk=1)


def test_annotations_that_would_be_lost_are_refused() -> None:
    counted = Compiled(lambda: Order.objects.filter(pk=Slot("pk")).annotate(n=models.Count("lines")))
    with pytest.raises(TypeError):
        counted(pk=1)


def test_none_is_refused_because_nothing_equals_it() -> None:
    with pytest.raises(ValueError, match="NULL"):
        Compiled(lambda: Order.objects.filter(pk=Slot("pk"))).first(pk=None)
