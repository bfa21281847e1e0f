"""How a sale must have ended, whatever happened on the way: in goods or in money, once."""

import datetime as dt

from django.db.models import Sum

from fulfillment.proof.check import INVARIANTS, check
from fulfillment.proof.violations import Look
from kameng.notices.models import Notification
from shop.catalog.models import Mode
from shop.inventory.models import Movement, StockUnit, UnitStatus
from shop.ledger.models import Account, AccountKind, Entry
from shop.orders.models import LineStatus, Order, OrderLine
from shop.payments.gateways.sandbox.models import SandboxRefund, SandboxTrade
from shop.payments.models import Payment, PaymentStatus, Refund, RefundStatus


def assert_invariants(now: dt.datetime, *, besides: frozenset[str] = frozenset()) -> None:
    """All of them hold but those named."""
    findings = check(Look(now), only=INVARIANTS.keys() - besides)
    assert [violation for finding in findings for violation in finding.violations] == []


def assert_goods_or_money() -> None:
    """Every order has ended; its buyer has the goods or all of the money, and what the gateway took is known once."""
    taken = SandboxTrade.objects.aggregate(n=Sum("paid"))["n"] or 0
    credited = Payment.objects.filter(status=PaymentStatus.CONFIRMED).exclude(account__gateway="wallet")
    assert (credited.aggregate(n=Sum("received"))["n"] or 0) == taken
    for order in Order.objects.all():
        assert Notification.objects.filter(key=f"{order.owner}:paid").count() == int(order.paid_at is not None)
        line = OrderLine.objects.get(order=order)
        kept = received(order) - returned(order)
        assert on_account(order) == waits_for_a_person(order)
        if line.status == LineStatus.COMPLETED:
            assert (line.delivered, kept) == (line.quantity, order.total)
            assert_delivered_once(line)
        elif line.status == LineStatus.SHIPPED:
            # With a courier: no clock ends that, a person does.
            assert (line.delivered, kept) == (0, order.total)
        else:
            assert line.status in (LineStatus.REFUNDED, LineStatus.RELEASED)
            assert (line.delivered, kept) == (0, waits_for_a_person(order))
            assert not StockUnit.objects.filter(reservation=line.reservation).exists()
        assert_given_back_once(order)


def assert_delivered_once(line: OrderLine) -> None:
    units = StockUnit.objects.filter(reservation=line.reservation, status=UnitStatus.DELIVERED)
    assert units.count() == (0 if line.mode == Mode.SHIPMENT else line.quantity)
    assert Movement.objects.filter(unit__in=units, to_status=UnitStatus.DELIVERED).count() == units.count()
    assert Notification.objects.filter(event="delivered", key__startswith=f"line:{line.pk}:").count() == 1


def assert_given_back_once(order: Order) -> None:
    """What the gateway gave back are refunds that we know as done."""
    ours = Refund.objects.filter(order=order, status=RefundStatus.DONE).values_list("number", "amount")
    theirs = SandboxRefund.objects.filter(trade__number__in=order.payments.values("number")).values_list("number", "amount")
    assert set(theirs) <= set(ours)


def received(order: Order) -> int:
    """Minor units that came in for the order, from wherever."""
    confirmed = Payment.objects.filter(order=order, status=PaymentStatus.CONFIRMED)
    return confirmed.aggregate(n=Sum("received"))["n"] or 0


def returned(order: Order) -> int:
    """Minor units that left for the buyer: by refunds, and to a member's wallet."""
    done = Refund.objects.filter(order=order, status=RefundStatus.DONE).aggregate(n=Sum("amount"))["n"] or 0
    rest = Entry.objects.filter(account__kind=AccountKind.WALLET, journal__key__startswith=f"order:{order.pk}:rest:")
    return done + (rest.aggregate(n=Sum("amount"))["n"] or 0)


def waits_for_a_person(order: Order) -> int:
    """Minor units of refunds that somebody must pay by hand."""
    return Refund.objects.filter(order=order, status=RefundStatus.MANUAL).aggregate(n=Sum("amount"))["n"] or 0


def on_account(order: Order) -> int:
    """Minor units on the order's own account."""
    found = Account.objects.filter(owner=order.owner, kind=AccountKind.ORDER)
    return found.aggregate(n=Sum("balance"))["n"] or 0
