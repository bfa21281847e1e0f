"""A day's statement of a gateway against our own books, line by line."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kameng.lib import money
from kameng.notices.alarms import raise_alarm
from kameng.notices.models import Alarm
from shop.payments.gateways.base import Ambiguous, Gateway, Rejected, StatementLine
from shop.payments.gateways.registry import open_gateway
from shop.payments.models import Destination, GatewayAccount, Payment, PaymentStatus, Refund, RefundStatus

#: Numbers looked up in one query.
BATCH = 500
DAY = dt.timedelta(days=1)


class Kind(TextChoices):
    MISSING_HERE = "missing-here", _("The gateway moved it, our books do not know it")
    MISSING_THERE = "missing-there", _("It stands in our books, the gateway does not know it")
    AMOUNT = "amount", _("Another amount than in our books")
    CURRENCY = "currency", _("Another currency than in our books")
    TRADE = "trade", _("Another trade than in our books")
    DUPLICATE = "duplicate", _("It stands in the statement more than once")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to look at; amounts are minor units, refunds are below zero."""

    kind: Kind
    number: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What our books say about a number; `trade_no` is empty where the gateway may name it as it likes."""

    amount: int
    currency: str
    trade_no: str = ""


def reconcile(*, account: GatewayAccount, day: dt.date, now: dt.datetime) -> list[Difference]:
    """Compare the gateway's statement of a local day with our payments and refunds; each difference is one alarm, once.

    Running it again finds the same and changes nothing. Raises NotUsable, Rejected or Ambiguous when there is no statement.
    """
    gateway = open_gateway(account)
    stated = list(gateway.statement(day))
    found = [*_unlike(account, stated), *_missing_there(account, gateway, day, stated)]
    for difference in found:
        _raise_once(account, day, difference, now)
    return found


def _unlike(account: GatewayAccount, lines: list[StatementLine]) -> Iterator[Difference]:
    """Lines that our books do not know, know otherwise, or that come again."""
    seen: set[str] = set()
    for begin in range(0, len(lines), BATCH):
        some = lines[begin : begin + BATCH]
        books = _payments(account, number__in=[line.number for line in some if line.amount >= 0])
        books |= _refunds(account, number__in=[line.number for line in some if line.amount < 0])
        for line in some:
            kinds = [Kind.DUPLICATE] if line.number in seen else _compared(line, books.get(line.number))
            seen.add(line.number)
            yield from (Difference(kind, line.number, line.amount, line.currency) for kind in kinds)


def _compared(line: StatementLine, booked: Booked | None) -> list[Kind]:
    if booked is None:
        return [Kind.MISSING_HERE]
    kinds = [Kind.AMOUNT] if line.amount != booked.amount else []
    kinds += [Kind.CURRENCY] if line.currency != booked.currency else []
    return kinds + ([Kind.TRADE] if booked.trade_no and line.trade_no != booked.trade_no else [])


def _missing_there(
    account: GatewayAccount, gateway: Gateway, day: dt.date, stated: list[StatementLine]
) -> Iterator[Difference]:
    """What we booked on that day and the gateway does not state, on that day or, around midnight, on the next to it."""
    start, end = (timezone.make_aware(dt.datetime.combine(each, dt.time())) for each in (day, day + DAY))
    ours = _payments(account, confirmed_at__gte=start, confirmed_at__lt=end)
    ours |= _refunds(account, done_at__gte=start, done_at__lt=end)
    _strike(ours, stated)
    for neighbour in (day - DAY, day + DAY):
        if ours:
            with suppress(Ambiguous, Rejected):
                _strike(ours, gateway.statement(neighbour))
    for number, booked in ours.items():
        yield Difference(Kind.MISSING_THERE, number, booked.amount, booked.currency)


def _strike(ours: dict[str, Booked], lines: Iterable[StatementLine]) -> None:
    for line in lines:
        ours.pop(line.number, None)


def _payments(account: GatewayAccount, **which: object) -> dict[str, Booked]:
    rows = Payment.objects.filter(account=account, status=PaymentStatus.CONFIRMED, **which)
    return {row.number: Booked(row.received or 0, row.currency, row.trade_no) for row in rows.iterator()}


def _refunds(account: GatewayAccount, **which: object) -> dict[str, Booked]:
    """Refunds that the gateway carried out; those that a person paid by hand never reached it."""
    rows = Refund.objects.filter(payment__account=account, status=RefundStatus.DONE, destination=Destination.SOURCE, **which)
    rows = rows.exclude(events__from_status=RefundStatus.MANUAL).select_related("payment")
    return {row.number: Booked(-row.amount, row.payment.currency) for row in rows.iterator()}


def _raise_once(account: GatewayAccount, day: dt.date, difference: Difference, now: dt.datetime) -> None:
    key = f"reconcile:{account.pk}:{day}:{difference.kind}:{difference.number[:64]}"
    if Alarm.objects.filter(key=key).exists():
        return
    shown = money.shown(difference.amount, difference.currency)
    raise_alarm(
        key=key,
        kind="statement-differs",
        subject=f"account:{account.public_id}",
        text=f"{day} {difference.number} {shown}: {difference.kind.label}",
        now=now,
    )
