"""The member's wallet as its page shows it: what is there, what is on its way, and every movement with its reason."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kameng.accounts.models import User
from shop.ledger.models import AccountKind, Entry, EscrowHold
from shop.orders.models import FINAL_LINES, Order, OrderLine
from shop.payments.models import Payment, Refund, RefundStatus


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Minor units of a member's that are neither theirs to spend nor gone, and of how many orders or refunds."""

    escrow: int
    orders: int
    refunds: int
    moving: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One ledger line: signed minor units, what is left after it, and the order it is about if there is one."""

    at: dt.datetime
    what: str
    about: str
    amount: int
    after: int
    order: Order | None


def under_way(user: User, currency: str) -> UnderWay:
    """What lies in escrow for this member, and what is being paid back; two queries."""
    ref = Concat(Value("line:"), Cast(OuterRef("pk"), CharField()))
    held = EscrowHold.objects.filter(ref=ref).values(left=F("amount") - F("released") - F("refunded"))
    open_lines = OrderLine.objects.filter(order__user=user, order__currency=currency, paid_at__isnull=False)
    open_lines = open_lines.exclude(status__in=FINAL_LINES)
    sums = open_lines.annotate(held=Coalesce(Subquery(held[:1]), Value(0))).aggregate(
        minor=Sum("held"), orders=Count("order", distinct=True, filter=Q(held__gt=0))
    )
    moving = Refund.objects.filter(order__user=user, order__currency=currency)
    moving = moving.exclude(status__in=[RefundStatus.DONE, RefundStatus.FAILED])
    back = moving.aggregate(minor=Sum("amount"), count=Count("pk"))
    return UnderWay(sums["minor"] or 0, sums["orders"], back["minor"] or 0, back["count"])


def entries(user: User, currency: str) -> QuerySet[Entry]:
    """The member's ledger lines, newest first."""
    rows = Entry.objects.filter(account__owner=user.holder, account__kind=AccountKind.WALLET, account__currency=currency)
    return rows.select_related("journal").order_by("-pk")


def movements(rows: Sequence[Entry]) -> list[Movement]:
    """These neighbouring lines of one wallet, newest first, with what each was; five queries however many they are."""
    if not rows:
        return []
    upto = Entry.objects.filter(account=rows[0].account_id, pk__lte=rows[0].pk)
    after: int = upto.aggregate(n=Sum("amount"))["n"]
    reasons = _reasons(rows)
    found = []
    for row in rows:
        what, about, order = reasons[row.pk]
        found.append(Movement(row.journal.at, what, about, row.amount, after, order))
        after -= row.amount
    return found


Reason = tuple[str, str, Order | None]


def _reasons(rows: Sequence[Entry]) -> dict[int, Reason]:
    """What each line was, by the key of its journal (see shop/README.md)."""
    subjects = {row.pk: _subject(row.journal.key) for row in rows}
    keys: dict[str, set[int]] = {
        kind: {pk for each, pk in subjects.values() if each == kind} for kind in ("payment", "refund", "order")
    }
    payments = dict(Payment.objects.filter(pk__in=keys["payment"]).values_list("pk", "order_id"))
    refunds = {refund.pk: refund for refund in Refund.objects.filter(pk__in=keys["refund"])}
    wanted = {*payments.values(), *(refund.order_id for refund in refunds.values()), *keys["order"]}
    lines = _lines(wanted)
    found: dict[int, Reason] = {}
    for entry, (kind, subject) in subjects.items():
        if kind == "payment" and subject in payments:
            found[entry] = _payment(lines[payments[subject]])
        elif kind == "refund" and subject in refunds:
            found[entry] = _refund(refunds[subject], lines[refunds[subject].order_id])
        elif kind == "order" and subject in lines:
            found[entry] = (
                pgettext("movement of a wallet", "Left over"),
                _("More came in than the order needed"),
                lines[subject][0].order,
            )
        else:
            found[entry] = (_("Credit"), "", None)
    return found


def _subject(key: str) -> tuple[str, int]:
    kind, _colon, rest = key.partition(":")
    number = rest.partition(":")[0]
    return kind, int(number) if number.isdecimal() else 0


def _lines(orders: set[int]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=orders).select_related("order").order_by("pk"):
        found.setdefault(line.order_id, []).append(line)
    return found


def _payment(lines: Sequence[OrderLine]) -> Reason:
    return _("Payment"), _named(lines), lines[0].order


def _refund(refund: Refund, lines: Sequence[OrderLine]) -> Reason:
    about = [line for line in lines if refund.line_id in (None, line.pk)]
    return _("Refund"), _named(about), lines[0].order


def _named(lines: Sequence[OrderLine]) -> str:
    first = f"{lines[0].called} × {lines[0].quantity}"
    return _("%(first)s and %(n)d more") % {"first": first, "n": len(lines) - 1} if len(lines) > 1 else first


def table(user: User, currency: str) -> list[Movement]:
    """Every movement, newest first."""
    return movements(list(entries(user, currency)))
