"""What every order of the demo's past goes through."""

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from fulfillment.delivery.verify import verify
from fulfillment.demo.filled_in import filled_in
from kameng.lib import ids
from shop.catalog.models import Sku
from shop.inventory.choosing import choices
from shop.orders.limits import Buyer
from shop.orders.models import Order, OrderLine
from shop.orders.place import Item, place
from shop.payments.confirm import Receipt, confirm
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment
from shop.payments.pay import pay
from shop.payments.start import Addresses, start

SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Scene:
    """What the history plays with."""

    gateway: GatewayAccount
    now: dt.datetime


def some(most: int) -> int:
    return secrets.randbelow(most)


def guest(i: int) -> Buyer:
    return Buyer(f"guest{i}@example.com", "zh-hans", device=ids.reference())


def placed(sku: Sku, buyer: Buyer, at: dt.datetime, quantity: int = 1) -> Order:
    """So many of one SKU, for whatever recipient it asks for; where no two units are alike, one of those there are."""
    item = Item(sku.pk, quantity, filled_in(sku))
    if sku.by_unit:
        item = replace(item, quantity=1, unit=secrets.choice(choices(sku, at).shown).ref)
    return place(buyer=buyer, items=[item], nonce=ids.reference(), now=at)


def received(scene: Scene, order: Order, amount: int, at: dt.datetime) -> Payment:
    """The buyer paid so much."""
    to = Addresses("https://example.com/", "https://example.com/")
    payment = start(order_id=order.pk, account=scene.gateway, to=to, now=at - 5 * SECOND)
    SandboxTrade.objects.filter(number=payment.number).update(paid=amount, created_at=at)
    receipt = Receipt(payment.trade_no, amount, payment.currency)
    confirm(payment_id=payment.pk, receipt=receipt, now=at, source="sandbox")
    pay(order_id=order.pk, now=at)
    return payment


def waiting(scene: Scene, sku: Sku, buyer: Buyer, at: dt.datetime) -> OrderLine:
    """One piece, bought, paid and checked, waiting for somebody."""
    order = placed(sku, buyer, at - 20 * SECOND)
    received(scene, order, order.total, at)
    line = order.lines.get()
    verify(line_id=line.pk, now=at + SECOND)
    return line
