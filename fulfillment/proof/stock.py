"""Every unit belongs to one buyer at most, is where its movements say, and can be bought as soon as it is free."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from fulfillment.delivery.models import READ, Reveal
from fulfillment.proof.history import astray
from fulfillment.proof.violations import Look, Violation, question, some
from shop.catalog.models import Mode, Sku
from shop.inventory.models import TAKEN, Batch, Capacity, Movement, Reservation, StockUnit, UnitStatus
from shop.inventory.queries import ENOUGH, sellable
from shop.orders.models import WAITING_LINES, LineStatus, OrderLine

#: A line in one of these has arrived.
CAME = (LineStatus.DELIVERED, LineStatus.COMPLETED)
HANDED_OVER = [UnitStatus.DELIVERED, UnitStatus.DEFECTIVE]
#: SKUs whose sellable stock is counted by hand.
COUNTED_SKUS = 50


def units_have_one_owner(_look: Look) -> Iterator[Violation]:
    """I3: a taken unit lies under a reservation of its SKU and holder, a paid one under a final one, a free one under none.

    A line that waits or was delivered owns as many units as it sold, or has a paid claim on so many pieces; no secret comes
    twice to one holder, no unit is shown under two lines.
    """
    for pk, status, reservation in _strays():
        yield Violation("I3", f"unit:{pk}", f"is {status} under reservation {reservation}, which is not its own")
    for pk, status, due, owned in (*_short_waiting(), *_short_delivered(), *_short_of_pieces(), *_more_than_delivered()):
        yield Violation("I3", f"line:{pk}", f"is {status} and owns {owned} of {due} units")
    for secret, holder, n in _twice():
        yield Violation("I3", f"secret:{secret}", f"is {n} times with {holder}")
    for unit, line in _shown_elsewhere():
        yield Violation("I3", f"unit:{unit}", f"was shown under line {line}, which does not own it")


@question
def _strays() -> QuerySet[Any, Any]:
    free = ~Q(status__in=[*TAKEN, UnitStatus.DEFECTIVE])
    wrong = (
        (Q(status__in=TAKEN) & (Q(reservation=None) | ~Q(reservation__sku=F("sku")) | ~Q(reservation__holder=F("holder"))))
        | (Q(status=UnitStatus.RESERVED) & Q(reservation__final=True))
        | (Q(status__in=[UnitStatus.ALLOCATED, UnitStatus.DELIVERED]) & Q(reservation__final=False))
        | (free & (Q(reservation__isnull=False) | ~Q(holder="")))
    )
    return StockUnit.objects.filter(wrong).values_list("pk", "status", "reservation")


@question
def _short_waiting() -> QuerySet[Any, Any]:
    return _short(Q(mode=Mode.AUTO, status__in=WAITING_LINES), [UnitStatus.ALLOCATED], "quantity")


@question
def _short_delivered() -> QuerySet[Any, Any]:
    """Lines whose buyers read what they bought: from stock, or typed in by hand."""
    came = Q(mode=Mode.AUTO, status__in=CAME) | Q(mode=Mode.MANUAL, kind__in=READ, delivered__gt=0)
    return _short(came, HANDED_OVER, "delivered")


def _short(which: Q, owned: list[UnitStatus], due: str) -> QuerySet[Any, Any]:
    """Those of the lines whose units in `owned` are not as many as their column `due` says."""
    count = Count("reservation__units", filter=Q(reservation__units__status__in=owned))
    lines: QuerySet[Any, Any] = OrderLine.objects.filter(which).values("pk", "status", due).annotate(n=count)
    return lines.exclude(n=F(due)).values_list("pk", "status", due, "n")


@question
def _more_than_delivered() -> QuerySet[Any, Any]:
    """Lines of things done for the buyer may have secrets, too, but no more than arrived."""
    count = Count("reservation__units", filter=Q(reservation__units__status__in=HANDED_OVER))
    lines = OrderLine.objects.exclude(mode=Mode.AUTO).values("pk", "status", "delivered").annotate(n=count)
    return lines.filter(n__gt=F("delivered")).values_list("pk", "status", "delivered", "n")


@question
def _short_of_pieces() -> QuerySet[Any, Any]:
    held = Q(reservation__counted=True, reservation__final=True, reservation__released_at=None)
    lines = OrderLine.objects.exclude(mode=Mode.AUTO).filter(status__in=[*WAITING_LINES, LineStatus.SHIPPED, *CAME])
    sold = Case(When(held, then=F("reservation__quantity")), default=0)
    return lines.annotate(n=sold).exclude(n=F("quantity")).values_list("pk", "status", "quantity", "n")


@question
def _twice() -> QuerySet[Any, Any]:
    taken = StockUnit.objects.filter(status__in=TAKEN).values("secret_id", "holder").annotate(n=Count("pk"))
    return taken.filter(n__gt=1).values_list("secret_id", "holder", "n")


@question
def _shown_elsewhere() -> QuerySet[Any, Any]:
    return Reveal.objects.exclude(unit__reservation=F("line__reservation")).values_list("unit_id", "line_id")


def nothing_is_lost(_look: Look) -> Iterator[Violation]:
    """I4: what was taken in, by SKU and batch, is there unit by unit, and each unit's status is where its movements ended.

    Of counted goods: what is free is the sum of its changes, and paid lines took what they did not give back.
    """
    taken_in = {(sku, batch): n for sku, batch, n in _taken_in()}
    units = {(sku, batch): n for sku, batch, n in _there()}
    for sku, batch in sorted({**taken_in, **units}):
        expected, found = taken_in.get((sku, batch), 0), units.get((sku, batch), 0)
        if expected != found:
            yield Violation("I4", f"sku:{sku} batch:{batch}", f"{expected} units were taken in, {found} are there")
    for pk, status, last in astray(StockUnit):
        yield Violation("I4", f"unit:{pk}", f"is {status}, its last movement led to {last}")
    for pk, new, secrets in _batches():
        yield Violation("I4", f"batch:{pk}", f"took in {new} secrets, {secrets} are there")
    for pk, batch in _elsewhere():
        yield Violation("I4", f"unit:{pk}", f"is not of the SKU of its batch {batch}")
    for pk, free, changes in _miscounted():
        yield Violation("I4", f"capacity:{pk}", f"has {free} pieces, its changes sum to {changes}")
    for pk, status, due, taken in _took_otherwise():
        yield Violation("I4", f"line:{pk}", f"is {status} and took {taken} pieces where {due} are due")


@question
def _taken_in() -> QuerySet[Any, Any]:
    came = Movement.objects.filter(from_status="").values("unit__sku_id", "unit__batch_id").annotate(n=Count("pk"))
    return came.values_list("unit__sku_id", "unit__batch_id", "n")


@question
def _there() -> QuerySet[Any, Any]:
    return StockUnit.objects.values("sku_id", "batch_id").annotate(n=Count("pk")).values_list("sku_id", "batch_id", "n")


@question
def _batches() -> QuerySet[Any, Any]:
    batches = Batch.objects.annotate(secrets=Count("units__secret", distinct=True)).exclude(secrets=F("new"))
    return batches.values_list("pk", "new", "secrets")


@question
def _elsewhere() -> QuerySet[Any, Any]:
    return StockUnit.objects.exclude(sku=F("batch__sku")).values_list("pk", "batch_id")


@question
def _miscounted() -> QuerySet[Any, Any]:
    counted = Capacity.objects.annotate(told=Coalesce(Sum("changes__change"), 0))
    return counted.exclude(told=F("free")).values_list("pk", "free", "told")


@question
def _took_otherwise() -> QuerySet[Any, Any]:
    paid = OrderLine.objects.exclude(mode=Mode.AUTO).exclude(paid_at=None)
    lines = paid.annotate(taken=-Coalesce(Sum("reservation__pieces__change"), 0), due=F("quantity") - F("refunded_quantity"))
    return lines.exclude(taken=F("due")).values_list("pk", "status", "due", "taken")


def free_units_can_be_bought(look: Look) -> Iterator[Violation]:
    """I10: no claim that ended keeps a unit from sale, and `sellable` counts what is available or lapsed, no less, no more."""
    for pk, status in _under_ended_claims():
        yield Violation("I10", f"unit:{pk}", f"is {status} under a claim that ended")
    for pk in _pieces_under_ended_claims():
        yield Violation("I10", f"reservation:{pk[0]}", "holds pieces under a claim that ended")
    lapsed = Q(units__status=UnitStatus.RESERVED, units__reservation__until__lte=look.now)
    free = Count("units", filter=Q(units__status=UnitStatus.AVAILABLE) | lapsed)
    for sku in Sku.objects.filter(pk__in=some(Sku.objects.all(), COUNTED_SKUS)).annotate(free=free):
        told, there = sellable(sku, look.now), min(_pieces(sku, look) if sku.counted else sku.free, ENOUGH)
        if told != there:
            yield Violation("I10", f"sku:{sku.pk}", f"offers {told} units where {there} are free")


def _pieces(sku: Sku, look: Look) -> int:
    """What no buyer paid for and no live claim holds, counted by hand."""
    capacity = Capacity.objects.filter(sku=sku).first()
    claims = sku.reservations.filter(counted=True, final=False, released_at=None)
    held = sum(claim.quantity for claim in claims if claim.until > look.now)
    return max(0, capacity.free - held) if capacity else 0


@question
def _pieces_under_ended_claims() -> QuerySet[Any, Any]:
    ended = Q(line__status=LineStatus.RELEASED) | Q(line__status=LineStatus.REFUNDED)
    return Reservation.objects.filter(ended, counted=True, released_at=None).values_list("pk")


@question
def _under_ended_claims() -> QuerySet[Any, Any]:
    over = Q(reservation__released_at__isnull=False) | Q(reservation__line__status=LineStatus.RELEASED)
    given_back = Q(reservation__line__status=LineStatus.REFUNDED, status__in=[UnitStatus.RESERVED, UnitStatus.ALLOCATED])
    return StockUnit.objects.filter(over | given_back).values_list("pk", "status")
