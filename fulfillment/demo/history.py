"""A month of orders that really went through the shop, each at a time of its own."""

import datetime as dt
import secrets
from collections.abc import Callable

from django.db.models import F

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from fulfillment.delivery.measure import measure
from fulfillment.delivery.verify import verify
from fulfillment.demo.by_people import by_people
from fulfillment.demo.people import PEOPLE
from fulfillment.demo.scenes import SECOND, Scene, guest, placed, received, some
from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from kameng.lib import clock, ids
from kameng.notices.alarms import close
from kameng.notices.models import Alarm, Notification
from shop.catalog.models import Sku
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.complete import complete
from shop.orders.limits import Buyer
from shop.payments.leftover import return_leftover
from shop.payments.models import GatewayAccount
from shop.payments.send_back import send_back, sendable

ORDERS = 220
DAYS = 29
#: Every so many orders nothing is delivered, so that the automatic refund is seen too.
LATE_EVERY = 29
TELL_EVERY = 44
WALLET = 20_000


def make_history(
    *, skus: list[Sku], people: dict[str, User], gateway: GatewayAccount, now: dt.datetime, tell: Callable[[str], None]
) -> None:
    """Orders over a month, most delivered within seconds, a few refunded at their deadline; then the figures."""
    scene = Scene(gateway, now)
    sellable = [s for s in skus if StockUnit.objects.filter(sku=s, status=UnitStatus.AVAILABLE).count() > 15]
    times = sorted(now - some(DAYS * 86_400) * SECOND - 2 * 3600 * SECOND for _ in range(ORDERS))
    for i, at in enumerate(times):
        if i % TELL_EVERY == 0:
            tell(f"  a month of orders: {i} of {ORDERS} …")
        sku = sellable[secrets.randbelow(len(sellable))]
        _sale(scene, sku, guest(i), at, late=i % LATE_EVERY == LATE_EVERY - 2)
    _fill_wallet(scene, sellable[0], people["zhou@example.com"], now - dt.timedelta(hours=30))
    _last_hours(scene, sellable)
    tell("  orders that people delivered …")
    by_people(scene, skus, {p.merchant: people[p.email] for p in PEOPLE if p.role == MerchantRole.OWNER})
    tell("  the figures of the product pages …")
    for sku in skus:
        measure(sku_id=sku.pk, now=now)
    _quiet(now)


def _last_hours(scene: Scene, skus: list[Sku]) -> None:
    for i in range(8):
        at = scene.now - dt.timedelta(minutes=100 - 11 * i)
        _sale(scene, skus[(i * 5) % len(skus)], guest(1000 + i), at, late=i == 2)


def _sale(scene: Scene, sku: Sku, buyer: Buyer, at: dt.datetime, *, late: bool) -> None:
    quantity = 1 if sku.uses > 1 else 1 + some(6) // 4
    order = placed(sku, buyer, at, quantity)
    paid = at + (8 + some(60)) * SECOND
    received(scene, order, order.total, paid)
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
    delivered = paid + SECOND + dt.timedelta(milliseconds=300 + some(5000))
    deliver(line_id=line.pk, now=delivered)
    complete(line_id=line.pk, now=scene.now)


def _fill_wallet(scene: Scene, sku: Sku, user: User, at: dt.datetime) -> None:
    """A member who paid too much: what is over goes to the wallet, as it would in the shop."""
    buyer = Buyer(user.email, "zh-hans", user=user, device=ids.reference())
    order = placed(sku, buyer, at)
    received(scene, order, order.total + WALLET, at + 20 * SECOND)
    line = order.lines.get()
    verify(line_id=line.pk, now=at + 21 * SECOND)
    deliver(line_id=line.pk, now=at + 23 * SECOND)
    return_leftover(order_id=order.pk, now=at + 25 * SECOND)
    complete(line_id=line.pk, now=scene.now)


def _quiet(now: dt.datetime) -> None:
    """Nobody waits for these messages and alarms any more, and what is older than a day was read."""
    Notification.objects.filter(sent_at=None).update(sent_at=now, next_try_at=None)
    Notification.objects.filter(created_at__lt=now - dt.timedelta(days=1)).update(read_at=F("created_at"))
    for alarm in Alarm.objects.filter(closed_at=None):
        close(alarm_id=alarm.pk, by="demo", now=now)
