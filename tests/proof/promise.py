"""Goods or money: what each buyer gave, and what each one has in the end. What the model remembers against the shop's rows."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from kameng.accounts.models import User
from kameng.notices.models import Notification
from shop.inventory.models import TAKEN, Capacity, Reservation, StockUnit, UnitStatus
from shop.ledger.models import Account, AccountKind
from shop.ledger.queries import balance
from shop.orders.models import FINAL_LINES, LineStatus, Order, OrderLine, OrderStatus
from shop.payments.gateways.sandbox.models import SandboxRefund, SandboxTrade
from shop.payments.models import OPEN_PAYMENTS, Payment, Refund, RefundStatus

KEPT = (LineStatus.DELIVERED, LineStatus.COMPLETED)


@dataclass
class Memory:
    """What people remember of what they did, whatever the shop wrote down of it."""

    #: Order → minor units that left a purse for it.
    paid: Counter[int] = field(default_factory=Counter)
    #: Line delivered by hand or courier → units that its buyer has in hand.
    handed: Counter[int] = field(default_factory=Counter)
    #: The same line → how often somebody handed something in.
    times: Counter[int] = field(default_factory=Counter)
    #: Lines that were handed to a courier.
    sent: set[int] = field(default_factory=set)
    #: Line → the secrets that were typed in for it.
    typed: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: (order, SKU) → what its buyer filled in, by key.
    where_to: dict[tuple[int, int], object] = field(default_factory=dict)
    #: Order → how often somebody who knows number and address asked for its link.
    asked: Counter[int] = field(default_factory=Counter)


def units_of(lines: list[OrderLine], memory: Memory) -> dict[int, int]:
    """Line → units that its buyer has: by the stock, and by the people who handed them over."""
    claims = [line.reservation_id for line in lines]
    delivered = StockUnit.objects.filter(reservation__in=claims, status=UnitStatus.DELIVERED)
    stock = dict(delivered.values_list("reservation").annotate(n=Count("pk")))
    return {line.pk: memory.handed[line.pk] if line.counted else stock.get(line.reservation_id, 0) for line in lines}


def goods_and_money(lines: list[OrderLine], memory: Memory) -> Iterator[str]:
    """Lines whose buyer has both for one unit, or other goods or another address than was said, or a part for good."""
    has = units_of(lines, memory)
    for line in lines:
        units, back = has[line.pk], line.refunded_amount
        rest = line.total - units * line.unit_price
        ended = line.status in (*KEPT, LineStatus.REFUNDED)
        good = (line.delivered, back) == (units, rest if line.refunded_quantity else 0)
        if not good or (ended and units + line.refunded_quantity != line.quantity):
            yield f"line {line.pk} is {line.status}: {units} of {line.quantity} units and {back} of {line.total}"
        if not line.counted and units and back:
            yield f"line {line.pk}: {units} units from stock, and {back} of {line.total}"
        if {each["key"]: each["value"] for each in line.recipient} != memory.where_to[line.order_id, line.sku_id]:
            yield f"line {line.pk} goes to {line.recipient}"


def bought(lines: list[OrderLine], memory: Memory) -> Counter[int]:
    """Order → what its buyer has of it, at its price."""
    has, worth = units_of(lines, memory), Counter[int]()
    for line in lines:
        worth[line.order_id] += has[line.pk] * line.unit_price
    return worth


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


def accounts_settled(memory: Memory) -> dict[str, tuple[int, int]]:
    """Who → (gave, has) for everybody who has something else than goods for their money, or money.

    What a guest paid is the member's who adopted the order, and so is what came of it.
    """
    gave, has = Counter[str](), Counter[str]()
    worth = bought(list(OrderLine.objects.all()), memory)
    for order in Order.objects.all():
        gave[order.holder] += memory.paid[order.pk]
        has[order.holder] += worth[order.pk] + carried_back(order)
    for user in User.objects.all():
        has[user.holder] += wallet(user.pk)
    return {who: (gave[who], has[who]) for who in {*gave, *has} if gave[who] != has[who]}


def still_there(line: OrderLine, now: dt.datetime) -> bool:
    """True when enough units or pieces are free, lapsed, or still this line's own."""
    if line.counted:
        return _pieces_there(line, now) >= line.quantity
    free = Q(status=UnitStatus.AVAILABLE) | Q(
        status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False
    )
    own = Q(reservation=line.reservation_id, status=UnitStatus.RESERVED)
    units = StockUnit.objects.filter(free | own, sku=line.sku_id)
    if line.sku.uses > 1:
        others = StockUnit.objects.filter(~own, holder=line.order.holder, status__in=TAKEN)
        units = units.exclude(secret__in=others.values("secret"))
    return units.count() >= line.quantity


def _pieces_there(line: OrderLine, now: dt.datetime) -> int:
    live = Reservation.objects.filter(sku=line.sku_id, final=False, released_at=None, until__gt=now)
    others = live.exclude(pk=line.reservation_id or 0)
    return Capacity.objects.get(sku=line.sku_id).free - sum(claim.quantity for claim in others)


def untold(memory: Memory) -> Iterator[str]:
    """Things that happened, and of which their buyer heard not at all, or too often."""
    heard = Counter(key.partition(":link:")[0] for key in Notification.objects.values_list("key", flat=True))
    due = Counter[str]()
    for order in Order.objects.exclude(paid_at=None):
        due[f"order:{order.pk}:paid"] += 1
    for pk, times in memory.asked.items():
        due[f"order:{pk}"] += times
    for line in OrderLine.objects.all():
        name = f"line:{line.pk}"
        heard[f"{name}:delivered"] = sum(heard.pop(key) for key in [*heard] if key.startswith(f"{name}:delivered"))
        due[f"{name}:delivered"] = memory.times[line.pk] if line.counted else int(line.delivered > 0)
        due[f"{name}:refunded"] = int(line.refunded_amount > 0)
        due[f"{name}:shipped"] = int(line.pk in memory.sent)
    yield from (f"{key}: {heard[key]} times instead of {due[key]}" for key in {*heard, *due} if heard[key] != due[key])


def unfinished() -> list[str]:
    """What should have come to its end by now, and has not."""
    lines = OrderLine.objects.exclude(status__in=FINAL_LINES)
    orders = Order.objects.filter(status__in=[OrderStatus.PENDING, OrderStatus.PAID])
    refunds = Refund.objects.filter(done_at=None)
    payments = Payment.objects.filter(status__in=OPEN_PAYMENTS)
    money = Account.objects.filter(kind=AccountKind.ORDER, balance__gt=0)
    mails = Notification.objects.filter(sent_at=None, unneeded=False, told_in=None)
    return [repr(row) for rows in (lines, orders, refunds, payments, money, mails) for row in rows]
