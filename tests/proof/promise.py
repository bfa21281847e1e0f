"""Goods or money: what each buyer gave, and what each one has in the end. A dict against the shop's rows."""

import datetime as dt
from collections import defaultdict

from django.db.models import Q, Sum

from kameng.accounts.models import User
from shop.inventory.models import TAKEN, StockUnit, UnitStatus
from shop.ledger.models import Account, AccountKind
from shop.ledger.queries import balance
from shop.orders.models import FINAL_LINES, LineStatus, Order, OrderLine, OrderStatus
from shop.payments.gateways.sandbox.models import SandboxRefund, SandboxTrade
from shop.payments.models import OPEN_PAYMENTS, Payment, Refund, RefundStatus

#: Who → minor units that left their purse, as they themselves remember it.
Purse = defaultdict[str, int]


def bought(order: Order) -> int:
    """What the buyer keeps of this order, at its price: lines delivered and not refunded."""
    kept = [LineStatus.DELIVERED, LineStatus.COMPLETED]
    total: int | None = OrderLine.objects.filter(order=order, status__in=kept).aggregate(n=Sum("total"))["n"]
    return total or 0


def carried_back(order: Order) -> int:
    """What the gateway gave back for this order by its own books, and what a person gave back by hand."""
    numbers = Payment.objects.filter(order=order).values("number")
    trades = SandboxTrade.objects.filter(number__in=numbers)
    carried: int | None = SandboxRefund.objects.filter(trade__in=trades).aggregate(n=Sum("amount"))["n"]
    by_hand = Refund.objects.filter(order=order, status=RefundStatus.DONE, events__from_status=RefundStatus.MANUAL)
    handed: int | None = by_hand.aggregate(n=Sum("amount"))["n"]
    return (carried or 0) + (handed or 0)


def wallet(user_id: int) -> int:
    """Minor units in the member's wallet."""
    return balance(owner=f"user:{user_id}", kind=AccountKind.WALLET, currency="CNY")


def accounts_settled(purse: Purse) -> dict[str, tuple[int, int]]:
    """Who → (gave, has) for everybody who has something else than goods for their money, or money."""
    has: Purse = defaultdict(int)
    for order in Order.objects.all():
        has[order.holder] += bought(order) + carried_back(order)
    for user in User.objects.all():
        has[user.holder] += wallet(user.pk)
    return {who: (purse[who], has[who]) for who in {*purse, *has} if purse[who] != has[who]}


def goods_and_money(order: Order) -> list[str]:
    """Lines whose buyer has both, or a part of what was sold: nothing, everything, or money."""
    wrong = []
    for line in OrderLine.objects.filter(order=order):
        units = StockUnit.objects.filter(reservation=line.reservation_id, status=UnitStatus.DELIVERED).count()
        if (units, line.refunded_amount) not in {(0, 0), (line.quantity, 0), (0, line.total)}:
            wrong.append(f"line {line.pk}: {units} of {line.quantity} units and {line.refunded_amount} of {line.total}")
    return wrong


def still_there(line: OrderLine, now: dt.datetime) -> bool:
    """True when enough units are free, lapsed, or still this line's own."""
    free = Q(status=UnitStatus.AVAILABLE) | Q(
        status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False
    )
    own = Q(reservation=line.reservation_id, status=UnitStatus.RESERVED)
    units = StockUnit.objects.filter(free | own, sku=line.sku_id)
    if line.sku.uses > 1:
        others = StockUnit.objects.filter(~own, holder=line.order.holder, status__in=TAKEN)
        units = units.exclude(secret__in=others.values("secret"))
    return units.count() >= line.quantity


def unfinished() -> list[str]:
    """What should have come to its end by now, and has not."""
    lines = OrderLine.objects.exclude(status__in=FINAL_LINES)
    orders = Order.objects.filter(status__in=[OrderStatus.PENDING, OrderStatus.PAID])
    refunds = Refund.objects.filter(done_at=None)
    payments = Payment.objects.filter(status__in=OPEN_PAYMENTS)
    money = Account.objects.filter(kind=AccountKind.ORDER, balance__gt=0)
    return [repr(row) for rows in (lines, orders, refunds, payments, money) for row in rows]
