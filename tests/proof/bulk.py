"""A shop of any size: one sale and one free unit made by the verbs, then copied inside the database as often as wanted.

The copies keep every invariant, so that the checker has as much to read as in a real shop of that size.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F

from fulfillment.delivery.models import Fulfillment, Reveal
from fulfillment.delivery.reveal import delivered_units, reveal
from kameng.audit.models import Entry as AuditEntry
from kameng.audit.record import Actor, digest
from kameng.lib import clock, crypto
from kameng.notices.models import Notification
from shop.inventory.intake import chunks, fingerprint
from shop.inventory.models import Batch, Reservation, Secret, StockUnit
from shop.ledger.models import Account, AccountKind, Entry, EscrowHold, Journal
from shop.orders.complete import complete
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment
from tests import factories
from tests.factories import NOON

#: A copy's key is its original's plus a multiple of this; the originals' keys are smaller.
STRIDE = 1_000
NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT %s UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
#: Texts that name a key of a copied row: they name the copy's.
NAMES = {"line:", "order:", "payment:"}


def shop_of(*, units: int, sales: int) -> None:
    """Make a shop of so many units, of which `sales` were sold one by one, delivered, shown and completed."""
    if connection.vendor == "postgresql":
        _run("SET statement_timeout = 0")
    with clock.at(NOON):
        sku = factories.sku(units=2)
    order = factories.pay_order(factories.place_order(sku, now=NOON), now=NOON)
    factories.deliver_all(NOON)
    line = factories.line_of(order)
    (unit,) = delivered_units(line)
    reveal(line=line, unit_ids=[unit.pk], actor=Actor(order.holder, "buyer"), now=NOON)
    assert line.complaint_by
    assert complete(line_id=line.pk, now=line.complaint_by)
    Notification.objects.update(sent_at=NOON, next_try_at=None)
    free = StockUnit.objects.get(sku=sku, status="AVAILABLE")
    _secrets(unit.secret, range(1, sales))
    _secrets(free.secret, range(sales, units - 1))
    _copy(list(_rows_of_sale(order, line, unit)), 1, sales - 1)
    _copy([free, *free.movements.all()], sales, units - 2)
    _reveals(order.holder, line, unit, range(1, sales))
    Account.objects.filter(kind=AccountKind.PAYABLE).update(balance=F("balance") * sales)
    Batch.objects.filter(sku=sku).update(new=units)
    if connection.vendor == "postgresql":
        _run("RESET statement_timeout")
    _run("ANALYZE")


def _rows_of_sale(order: Order, line: OrderLine, unit: StockUnit) -> Iterator[models.Model]:
    """Everything that one sale left but what was shown, each row after those it points to."""
    payment = Payment.objects.get(order=order)
    fulfillment = Fulfillment.objects.get(line=line)
    journals = list(Journal.objects.all())
    yield Account.objects.get(owner=order.owner)
    yield from (Order.objects.get(pk=order.pk), *order.events.all())
    yield Reservation.objects.get(line=line)
    yield from (OrderLine.objects.get(pk=line.pk), *line.events.all())
    yield from (StockUnit.objects.get(pk=unit.pk), *unit.movements.all())
    yield from (payment, *payment.events.all(), fulfillment, *fulfillment.events.all())
    yield from (*journals, *Entry.objects.filter(journal__in=journals), EscrowHold.objects.get(ref=line.ref))
    yield from Notification.objects.all()


def _copy(originals: list[models.Model], first: int, last: int) -> None:
    """Insert a copy of each original for every number from `first` to `last`."""
    copied = {(type(row), row.pk) for row in originals} | {(Secret, row.pk) for row in Secret.objects.all()}
    for row in originals:
        fields: list[Any] = list(row._meta.concrete_fields)
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        values, params = zip(*(_value(row, field, copied) for field in fields), strict=True)
        sql = f"INSERT INTO {row._meta.db_table} ({columns}) {NUMBERS} SELECT {', '.join(values)} FROM numbers"
        _run(sql, [first, last, *(param for some in params for param in some)])


def _run(sql: str, params: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _value(row: models.Model, field: Any, copied: set[Any]) -> tuple[str, list[Any]]:
    """The column in a copy, as SQL and parameters: keys are shifted, names follow them, what is unique gets its number."""
    value = getattr(row, field.attname)
    if field.primary_key or (field.is_relation and (field.related_model, value) in copied):
        return f"{value} + n * {STRIDE}", []
    if isinstance(value, str):
        head, colon, rest = value.partition(":")
        key, *tail = rest.split(":", 1)
        if head + colon in NAMES and key.isdigit():
            return f"%s || ({key} + n * {STRIDE}) || %s", [head + colon, "".join(f":{end}" for end in tail)]
        if field.unique or field.name == "trade_no":
            return "%s || n", [value[:8]]
    return "%s", [field.get_db_prep_save(value, connection)]


def _secrets(original: Secret, numbers: Iterable[int]) -> None:
    """Secrets that open, each with its own key and its own text."""
    for part in chunks(list(numbers), 5_000):
        Secret.objects.bulk_create(_sealed(original, number) for number in part)


def _sealed(original: Secret, number: int) -> Secret:
    code = f"CODE-{original.pk}-{number}"
    row = Secret(pk=original.pk + number * STRIDE, merchant=original.merchant, ref=f"{original.ref[:20]}{number}")
    row.fingerprint = fingerprint(code)
    row.sealed = crypto.ring().seal(code.encode(), row.place)
    return row


def _reveals(holder: str, line: OrderLine, unit: StockUnit, numbers: Iterable[int]) -> None:
    """One reveal a sale, in one chain."""
    last = AuditEntry.objects.get()
    for part in chunks(list(numbers), 5_000):
        entries = []
        for number in part:
            last = AuditEntry(
                sequence=number + 1,
                at=NOON,
                act="reveal",
                actor=holder,
                role="buyer",
                subject=f"unit:{unit.pk + number * STRIDE}",
                previous=last.digest,
            )
            last.digest = digest(last)
            entries.append(last)
        AuditEntry.objects.bulk_create(entries)
        Reveal.objects.bulk_create(
            Reveal(line_id=line.pk + n * STRIDE, unit_id=unit.pk + n * STRIDE, at=NOON, entry=entry)
            for n, entry in zip(part, entries, strict=True)
        )
