"""A busy shop, made through the verbs: orders at every stage, money in every place. `NOW` is when it is looked at."""

import datetime as dt
from dataclasses import dataclass

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from fulfillment.delivery.manual import GivenUp, Goods, give_up, hand_in, take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.reveal import delivered_units, reveal
from fulfillment.delivery.shipping import Parcel, ship
from fulfillment.delivery.verify import verify
from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib import clock
from kameng.notices.models import Notification
from shop.catalog.models import Sku
from shop.inventory.typed import seal_typed
from shop.orders.complete import complete
from shop.orders.expire import expire
from shop.orders.models import Order, OrderLine
from shop.payments.addresses import addresses
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.leftover import return_leftover
from shop.payments.models import Payment, Refund
from shop.payments.pay import pay
from shop.payments.send_back import send_back
from shop.payments.start import start
from shop.payments.wallet import pay_from_wallet
from tests import factories

NOW = factories.NOON
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@dataclass
class Shop:
    """What stands in the busy shop."""

    key: Sku
    shared: Sku
    completed: Order
    revealed: Order
    verified: Order
    paid: Order
    pending: Order
    expired: Order
    refunded: Order
    sending: Order
    by_hand: Order
    overpaid: Order
    underpaid: Order
    from_wallet: Order
    queued: Order
    in_part: Order
    shipped: Order
    no_stock: Order


def busy_shop() -> Shop:
    """Build it; everything happens shortly before NOW, so that nothing is due for long."""
    with clock.at(NOW - 30 * DAY):
        page = factories.listing(seller=factories.merchant("Jade Cards"))
        key = factories.sku(units=40, of=page)
        other = factories.sku(units=10, of=factories.listing("Moon Shore", seller=factories.merchant("Lotus Keys")))
        typed = factories.by_hand(40, of=page, value="100")
        card = factories.card_to_ship(40, of=page)
        shared = factories.sku(units=3, of=page, uses=3, max_quantity=1, value="month", unit="pass")
    # In the order of time: a unit that comes back is sold again.
    completed, overpaid = _completed(key, other), _overpaid(key)
    refunded, sending, by_hand = (_paid_late(key, name) for name in ("Rose", "Stan", "Hans"))
    expired = _placed(key, "Emma", NOW - 30 * MINUTE)
    from_wallet = _from_wallet(shared)
    expire(order_id=expired.pk, now=NOW - 15 * MINUTE)
    _refund(refunded)
    _refund(sending, send=False)
    _refund(by_hand, known=False)
    shop = Shop(
        key=key,
        shared=shared,
        completed=completed,
        overpaid=overpaid,
        from_wallet=from_wallet,
        refunded=refunded,
        sending=sending,
        by_hand=by_hand,
        expired=expired,
        revealed=_revealed(key, shared),
        verified=_verified(key),
        underpaid=_underpaid(key),
        pending=_pending(key),
        queued=_by_hand(typed, "Quin"),
        in_part=_in_part(typed),
        shipped=_shipped(card),
        no_stock=_gave_up(card),
        paid=factories.pay_order(_placed(key, "Paul", NOW - MINUTE), now=NOW),
    )
    Notification.objects.filter(created_at__lt=NOW - 10 * MINUTE).update(sent_at=NOW, next_try_at=None)
    for order in (value for value in vars(shop).values() if isinstance(value, Order)):
        order.refresh_from_db()
    return shop


def _placed(sku: Sku, name: str, at: dt.datetime, *, quantity: int = 1, known: bool = False) -> Order:
    who = factories.buyer(name, user=factories.member(name) if known else None)
    return factories.place_order(sku, quantity=quantity, by=who, now=at)


def _verify(order: Order, at: dt.datetime) -> None:
    for line in OrderLine.objects.filter(order=order):
        assert verify(line_id=line.pk, now=at)


def _deliver(order: Order, at: dt.datetime) -> None:
    _verify(order, at)
    for line in OrderLine.objects.filter(order=order):
        assert deliver(line_id=line.pk, now=at)


def _completed(*skus: Sku) -> Order:
    """Two merchants in one order, delivered, and the money released."""
    at = NOW - 3 * DAY
    order = factories.pay_order(factories.place_order(*skus, quantity=2, by=factories.buyer("Cleo"), now=at), now=at)
    _deliver(order, at)
    for line in OrderLine.objects.filter(order=order):
        assert complete(line_id=line.pk, now=at + 1.5 * DAY)
    return order


def _overpaid(sku: Sku) -> Order:
    at = NOW - 2 * DAY
    order = factories.pay_order(_placed(sku, "Olga", at, known=True), now=at, amount=sku.price * 3)
    _deliver(order, at)
    assert return_leftover(order_id=order.pk, now=at) == sku.price * 2
    for line in OrderLine.objects.filter(order=order):
        assert complete(line_id=line.pk, now=at + 1.5 * DAY)
    return order


def _from_wallet(sku: Sku) -> Order:
    order = _placed(sku, "Olga", NOW - 20 * MINUTE, known=True)
    pay_from_wallet(order=order, now=NOW - 19 * MINUTE)
    _deliver(order, NOW - 19 * MINUTE)
    return order


def _paid_late(sku: Sku, name: str) -> Order:
    """Paid, and not delivered by its refund deadline."""
    at = NOW - 40 * MINUTE
    order = factories.pay_order(_placed(sku, name, at, quantity=2), now=at)
    if name == "Rose":
        _verify(order, at)
    return order


def _refund(order: Order, *, send: bool = True, known: bool = True) -> None:
    """Paid back by the clock; a guest's whose gateway does not know the payment any more waits for a person."""
    late = NOW - 9 * MINUTE
    assert refund_overdue(line_id=factories.line_of(order).pk, now=late)
    if not known:
        SandboxTrade.objects.filter(number=Payment.objects.get(order=order).number).delete()
    if send:
        send_back(refund_id=Refund.objects.get(order=order).pk, now=late)


def _revealed(*skus: Sku) -> Order:
    at = NOW - 5 * MINUTE
    order = factories.pay_order(factories.place_order(*skus, by=factories.buyer("Rita"), now=at), now=at)
    _deliver(order, at)
    for line in OrderLine.objects.filter(order=order):
        units = [unit.pk for unit in delivered_units(line)]
        reveal(line=line, unit_ids=units, actor=Actor("mail:rita", "buyer"), now=at)
    return order


def _verified(sku: Sku) -> Order:
    order = factories.pay_order(_placed(sku, "Vera", NOW - 2 * MINUTE, quantity=3), now=NOW - 2 * MINUTE)
    _verify(order, NOW - 2 * MINUTE)
    return order


def _pending(sku: Sku) -> Order:
    """The buyer stands at the cashier."""
    order = _placed(sku, "Pia", NOW - MINUTE, quantity=2)
    cashier = factories.gateway_account()
    start(order_id=order.pk, account=cashier, to=addresses(account=cashier, order=order), now=NOW)
    return order


def _underpaid(sku: Sku) -> Order:
    order = _placed(sku, "Uma", NOW - 2 * MINUTE)
    factories.receive(order, sku.price // 2, now=NOW - MINUTE)
    pay(order_id=order.pk, now=NOW - MINUTE)
    return order


def _by_hand(sku: Sku, name: str) -> Order:
    """Three pieces wait for somebody to deliver them."""
    order = factories.pay_order(_placed(sku, name, NOW - 2 * MINUTE, quantity=3), now=NOW - 2 * MINUTE)
    _verify(order, NOW - 2 * MINUTE)
    return order


def _taken(order: Order) -> tuple[int, User]:
    row, sam = Fulfillment.objects.get(line__order=order), factories.member("Sam")
    take_up(fulfillment_id=row.pk, user=sam, now=NOW - MINUTE)
    return row.pk, sam


def _in_part(sku: Sku) -> Order:
    order = _by_hand(sku, "Part")
    row, sam = _taken(order)
    typed = seal_typed(secrets=["TYPED-1"], merchant=sku.listing.merchant)
    hand_in(fulfillment_id=row, user=sam, goods=Goods(typed), now=NOW)
    return order


def _shipped(sku: Sku) -> Order:
    order = _by_hand(sku, "Shay")
    row, sam = _taken(order)
    ship(fulfillment_id=row, user=sam, parcel=Parcel("SF Express", "SF1"), now=NOW)
    return order


def _gave_up(sku: Sku) -> Order:
    """The merchant has none left: the shelf is emptied."""
    order = _by_hand(sku, "Nora")
    row, sam = _taken(order)
    give_up(fulfillment_id=row, user=sam, reason=GivenUp.OUT_OF_STOCK, now=NOW)
    return order
