"""Every unit belongs to one buyer at most, is where its movements say, and can be bought as soon as it is free."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, F, Q

from fulfillment.delivery.models import Reveal
from fulfillment.proof.history import astray
from fulfillment.proof.violations import Look, Violation, some
from shop.catalog.models import Sku
from shop.inventory.models import TAKEN, Batch, Movement, StockUnit, UnitStatus
from shop.inventory.queries import ENOUGH, sellable
from shop.orders.models import WAITING_LINES, LineStatus, OrderLine

#: SKUs whose sellable stock is counted by hand.
COUNTED_SKUS = 50


def units_have_one_owner(_look: Look) -> Iterator[Violation]:
    """I3: a taken unit lies under a reservation of its SKU and holder, a paid one under a final one, a free one under none.

    A line that waits or was delivered owns as many units as it sold; no secret comes twice to one holder, no unit is shown
    under two lines.
    """
    free = ~Q(status__in=[*TAKEN, UnitStatus.DEFECTIVE])
    wrong = (
        (Q(status__in=TAKEN) & (Q(reservation=None) | ~Q(reservation__sku=F("sku")) | ~Q(reservation__holder=F("holder"))))
        | (Q(status=UnitStatus.RESERVED) & Q(reservation__final=True))
        | (Q(status__in=[UnitStatus.ALLOCATED, UnitStatus.DELIVERED]) & Q(reservation__final=False))
        | (free & (Q(reservation__isnull=False) | ~Q(holder="")))
    )
    for pk, status, reservation in StockUnit.objects.filter(wrong).values_list("pk", "status", "reservation").iterator():
        yield Violation("I3", f"unit:{pk}", f"is {status} under reservation {reservation}, which is not its own")
    yield from _short(WAITING_LINES, [UnitStatus.ALLOCATED], "quantity")
    yield from _short(
        [LineStatus.DELIVERED, LineStatus.COMPLETED], [UnitStatus.DELIVERED, UnitStatus.DEFECTIVE], "delivered"
    )
    twice = StockUnit.objects.filter(status__in=TAKEN).values("secret_id", "holder").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice.iterator():
        yield Violation("I3", f"secret:{row['secret_id']}", f"is {row['n']} times with {row['holder']}")
    strangers = Reveal.objects.exclude(unit__reservation=F("line__reservation"))
    for unit, line in strangers.values_list("unit_id", "line_id").iterator():
        yield Violation("I3", f"unit:{unit}", f"was shown under line {line}, which does not own it")


def _short(statuses: Iterable[LineStatus], owned: list[UnitStatus], due: str) -> Iterator[Violation]:
    """Lines in one of `statuses` whose units in `owned` are not as many as their column `due` says."""
    count = Count("reservation__units", filter=Q(reservation__units__status__in=owned))
    lines = OrderLine.objects.filter(status__in=statuses).values("pk", "status", due).annotate(n=count)
    for row in lines.exclude(n=F(due)).iterator():
        yield Violation("I3", f"line:{row['pk']}", f"is {row['status']} and owns {row['n']} of {row[due]} units")


def nothing_is_lost(_look: Look) -> Iterator[Violation]:
    """I4: what was taken in, by SKU and batch, is there unit by unit, and each unit's status is where its movements ended."""
    came = Movement.objects.filter(from_status="").values_list("unit__sku_id", "unit__batch_id").annotate(n=Count("pk"))
    there = StockUnit.objects.values_list("sku_id", "batch_id").annotate(n=Count("pk"))
    taken_in = {(sku, batch): n for sku, batch, n in came.iterator()}
    units = {(sku, batch): n for sku, batch, n in there.iterator()}
    for sku, batch in sorted({**taken_in, **units}):
        expected, found = taken_in.get((sku, batch), 0), units.get((sku, batch), 0)
        if expected != found:
            yield Violation("I4", f"sku:{sku} batch:{batch}", f"{expected} units were taken in, {found} are there")
    for pk, status, last in astray(StockUnit):
        yield Violation("I4", f"unit:{pk}", f"is {status}, its last movement led to {last}")
    yield from _batches()


def _batches() -> Iterator[Violation]:
    batches = Batch.objects.annotate(secrets=Count("units__secret", distinct=True)).exclude(secrets=F("new"))
    for pk, new, secrets in batches.values_list("pk", "new", "secrets").iterator():
        yield Violation("I4", f"batch:{pk}", f"took in {new} secrets, {secrets} are there")
    elsewhere = StockUnit.objects.exclude(sku=F("batch__sku"))
    for pk, batch in elsewhere.values_list("pk", "batch_id").iterator():
        yield Violation("I4", f"unit:{pk}", f"is not of the SKU of its batch {batch}")


def free_units_can_be_bought(look: Look) -> Iterator[Violation]:
    """I10: no claim that ended keeps a unit from sale, and `sellable` counts what is available or lapsed, no less, no more."""
    over = Q(reservation__released_at__isnull=False) | Q(reservation__line__status=LineStatus.RELEASED)
    given_back = Q(reservation__line__status=LineStatus.REFUNDED, status__in=[UnitStatus.RESERVED, UnitStatus.ALLOCATED])
    for pk, status in StockUnit.objects.filter(over | given_back).values_list("pk", "status").iterator():
        yield Violation("I10", f"unit:{pk}", f"is {status} under a claim that ended")
    lapsed = Q(units__status=UnitStatus.RESERVED, units__reservation__until__lte=look.now)
    free = Count("units", filter=Q(units__status=UnitStatus.AVAILABLE) | lapsed)
    for sku in Sku.objects.filter(pk__in=some(Sku.objects.all(), COUNTED_SKUS)).annotate(free=free):
        told, there = sellable(sku, look.now), min(sku.free, ENOUGH)
        if told != there:
            yield Violation("I10", f"sku:{sku.pk}", f"offers {told} units where {there} are free")
