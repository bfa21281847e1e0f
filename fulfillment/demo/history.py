"""A month of orders that really went through the shop, each at a time of its own."""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from fulfillment.delivery.manual import Goods, hand_in, take_up
from fulfillment.delivery.measure import measure
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.verify import verify
from fulfillment.demo.codes import code
from kameng.accounts.models import User
from kameng.lib import clock, ids
from kameng.notices.alarms import close
from kameng.notices.models import Alarm, Notification
from shop.catalog.models import Sku
from shop.inventory.models import StockUnit, UnitStatus
from shop.inventory.typed import seal_typed
from shop.orders.complete import complete
from shop.orders.limits import Buyer
from shop.orders.models import Order, OrderLine
from shop.orders.place import Item, place
from shop.payments.confirm import Receipt, confirm
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.leftover import return_leftover
from shop.payments.models import GatewayAccount, Payment
from shop.payments.pay import pay
from shop.payments.send_back import send_back, sendable
from shop.payments.start import Addresses, start

ORDERS = 110
DAYS = 29
#: Every so many orders nothing is delivered, so that the automatic refund is seen too.
LATE_EVERY = 29
TELL_EVERY = 22
WALLET = 20_000
BY_HAND = 4
SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Scene:
    """What the history plays with."""

    gateway: GatewayAccount
    now: dt.datetime


def make_history(
    *, skus: list[Sku], people: dict[str, User], gateway: GatewayAccount, now: dt.datetime, tell: Callable[[str], None]
) -> None:
    """Orders over a month, most delivered within seconds, a few refunded at their deadline; then the figures."""
    scene = Scene(gateway, now)
    sellable = [s for s in skus if StockUnit.objects.filter(sku=s, status=UnitStatus.AVAILABLE).count() > 15]
    times = sorted(now - _some(DAYS * 86_400) * SECOND - 2 * 3600 * SECOND for _ in range(ORDERS))
    for i, at in enumerate(times):
        if i % TELL_EVERY == 0:
            tell(f"  a month of orders: {i} of {ORDERS} …")
        sku = sellable[secrets.randbelow(len(sellable))]
        _sale(scene, sku, _guest(i), at, late=i % LATE_EVERY == LATE_EVERY - 2)
    _fill_wallet(scene, sellable[0], people["zhou@example.com"], now - dt.timedelta(hours=30))
    _last_hours(scene, sellable)
    _by_hand(scene, [sku for sku in skus if sku.counted], people["qinghe@example.com"])
    tell("  the figures of the product pages …")
    for sku in skus:
        measure(sku_id=sku.pk, now=now)
    _quiet(now)


def _last_hours(scene: Scene, skus: list[Sku]) -> None:
    for i in range(8):
        at = scene.now - dt.timedelta(minutes=100 - 11 * i)
        _sale(scene, skus[(i * 5) % len(skus)], _guest(1000 + i), at, late=i == 2)


def _by_hand(scene: Scene, skus: list[Sku], clerk: User) -> None:
    """A few orders of each that the shop's owner delivered by hand; the last ones still wait for it."""
    for n, sku in enumerate(skus):
        for i in range(BY_HAND):
            at = scene.now - dt.timedelta(hours=5 * i + 3, minutes=7 * n)
            line = _paid(scene, sku, _guest(2000 + 10 * n + i), at)
            done = at + dt.timedelta(minutes=3 + _some(12))
            row = Fulfillment.objects.get(line=line)
            take_up(fulfillment_id=row.pk, user=clerk, now=done - 2 * SECOND)
            typed = seal_typed(secrets=[code("FY")], merchant=sku.listing.merchant)
            hand_in(fulfillment_id=row.pk, user=clerk, goods=Goods(typed), now=done)
        _paid(scene, sku, _guest(3000 + n), scene.now - dt.timedelta(minutes=6 - 2 * n))


def _paid(scene: Scene, sku: Sku, buyer: Buyer, at: dt.datetime) -> OrderLine:
    """One piece, bought, paid and checked, waiting for somebody."""
    order = place(buyer=buyer, items=[Item(sku.pk, 1)], nonce=ids.reference(), now=at - 20 * SECOND)
    _receive(scene, order, order.total, at)
    line = order.lines.get()
    verify(line_id=line.pk, now=at + SECOND)
    return line


def _some(most: int) -> int:
    return secrets.randbelow(most)


def _guest(i: int) -> Buyer:
    return Buyer(f"guest{i}@example.com", "zh-hans", device=ids.reference())


def _sale(scene: Scene, sku: Sku, buyer: Buyer, at: dt.datetime, *, late: bool) -> None:
    quantity = 1 if sku.uses > 1 else 1 + _some(6) // 4
    order = place(buyer=buyer, items=[Item(sku.pk, quantity)], nonce=ids.reference(), now=at)
    paid = at + (8 + _some(60)) * SECOND
    _receive(scene, order, order.total, paid)
    line = order.lines.get()
    if late:
        refund_overdue(line_id=line.pk, now=paid + dt.timedelta(seconds=line.refund_seconds))
        back = paid + dt.timedelta(seconds=line.refund_seconds + 2)
        for refund in sendable(back):
            # The sandbox's books have a clock of their own.
            with clock.at(back):
                send_back(refund_id=refund, now=back)
        return
    verify(line_id=line.pk, now=paid + SECOND)
    delivered = paid + SECOND + dt.timedelta(milliseconds=300 + _some(5000))
    deliver(line_id=line.pk, now=delivered)
    complete(line_id=line.pk, now=scene.now)


def _receive(scene: Scene, order: Order, amount: int, at: dt.datetime) -> Payment:
    to = Addresses("https://example.com/", "https://example.com/")
    payment = start(order_id=order.pk, account=scene.gateway, to=to, now=at - 5 * SECOND)
    SandboxTrade.objects.filter(number=payment.number).update(paid=amount, created_at=at)
    receipt = Receipt(payment.trade_no, amount, payment.currency)
    confirm(payment_id=payment.pk, receipt=receipt, now=at, source="sandbox")
    pay(order_id=order.pk, now=at)
    return payment


def _fill_wallet(scene: Scene, sku: Sku, user: User, at: dt.datetime) -> None:
    """A member who paid too much: what is over goes to the wallet, as it would in the shop."""
    buyer = Buyer(user.email, "zh-hans", user=user, device=ids.reference())
    order = place(buyer=buyer, items=[Item(sku.pk, 1)], nonce=ids.reference(), now=at)
    _receive(scene, order, order.total + WALLET, at + 20 * SECOND)
    line = order.lines.get()
    verify(line_id=line.pk, now=at + 21 * SECOND)
    deliver(line_id=line.pk, now=at + 23 * SECOND)
    return_leftover(order_id=order.pk, now=at + 25 * SECOND)


def _quiet(now: dt.datetime) -> None:
    """Nobody waits for these messages and alarms any more, and what is older than a day was read."""
    Notification.objects.filter(sent_at=None).update(sent_at=now, next_try_at=None)
    Notification.objects.filter(created_at__lt=now - dt.timedelta(days=1)).update(read_at=F("created_at"))
    for alarm in Alarm.objects.filter(closed_at=None):
        close(alarm_id=alarm.pk, by="demo", now=now)
