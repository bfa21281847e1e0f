"""One whole sale through the domain verbs, and the rows it leaves written by the bare ORM."""

import datetime as dt
import secrets

from django.db import transaction

from fulfillment.delivery.deliver import deliver
from fulfillment.delivery.models import Fulfillment, FulfillmentEvent, FulfillmentStatus
from fulfillment.delivery.verify import verify
from fulfillment.proof.bench.world import PRICE, World
from kameng.lib import clock, ids
from kameng.notices.models import Notification
from shop.inventory.models import Movement, Reservation, StockUnit, UnitStatus
from shop.ledger.models import Account, AccountKind, Entry, EscrowHold, Journal
from shop.orders.limits import Buyer
from shop.orders.models import LineEvent, LineStatus, Order, OrderEvent, OrderLine, OrderStatus
from shop.orders.place import Item, place
from shop.payments.confirm import Receipt, confirm
from shop.payments.models import GatewayAccount, Payment, PaymentEvent, PaymentStatus
from shop.payments.pay import Outcome, pay
from shop.payments.start import Addresses, start

TO = Addresses("http://127.0.0.1/n", "http://127.0.0.1/r")


class Shop:
    """A client of the shop: each call is one sale of one unit to a new guest."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.account = GatewayAccount.objects.get(pk=world.account_id)

    def __call__(self) -> None:
        device = ids.reference()
        buyer = Buyer(f"{device}@example.com", "zh-hans", device=device, address=f"2001:db8:{device[:4]}:{device[4:8]}::/64")
        order = place(buyer=buyer, items=[Item(self.world.sku_id, 1)], nonce=device, now=clock.now())
        payment = start(order_id=order.pk, account=self.account, to=TO, now=clock.now())
        receipt = Receipt(payment.trade_no, payment.amount, payment.currency)
        confirm(payment_id=payment.pk, receipt=receipt, now=clock.now(), source="bench")
        if pay(order_id=order.pk, now=clock.now()) is not Outcome.PAID:
            raise RuntimeError("a sale of the benchmark was not paid")
        line = OrderLine.objects.values_list("pk", flat=True).get(order=order)
        if not (verify(line_id=line, now=clock.now()) and deliver(line_id=line, now=clock.now())):
            raise RuntimeError("a sale of the benchmark was not delivered")


class Floor:
    """The same rows, each by one plain `create`, in three transactions; no rule, guard or look-up but the pick of a unit."""

    def __init__(self, world: World) -> None:
        from shop.catalog.models import Sku

        self.sku = Sku.objects.select_related("listing").get(pk=world.sku_id)
        self.account = GatewayAccount.objects.get(pk=world.account_id)
        self.gateway = _account(self.account.owner, AccountKind.GATEWAY)
        self.escrow = _account(f"merchant:{self.sku.listing.merchant_id}", AccountKind.ESCROW)

    def __call__(self) -> None:
        now = dt.datetime.now(dt.UTC)
        with transaction.atomic():
            order, line, unit = self._place(now)
        with transaction.atomic():
            self._pay(order, line, unit, now)
        with transaction.atomic():
            self._deliver(order, line, unit, now)

    def _place(self, now: dt.datetime) -> tuple[Order, OrderLine, StockUnit]:
        tag = secrets.token_hex(16)
        order = Order.objects.create(
            nonce=tag,
            email=f"{tag}@example.com",
            locale="zh-hans",
            device=tag,
            address=f"2001:db8:{tag[:4]}:{tag[4:8]}::/64",
            currency=self.account.currency,
            total=PRICE,
            placed_at=now,
            reserved_until=now,
        )
        free = StockUnit.objects.filter(sku=self.sku, status=UnitStatus.AVAILABLE).order_by("position")
        unit = free.select_for_update(skip_locked=True)[0]
        reservation = Reservation.objects.create(sku=self.sku, quantity=1, holder=tag, until=now)
        StockUnit.objects.filter(pk=unit.pk).update(status=UnitStatus.RESERVED, reservation=reservation, holder=tag)
        self._moved(unit, "AVAILABLE", "RESERVED", now)
        line = OrderLine.objects.create(
            order=order,
            sku=self.sku,
            merchant_id=self.sku.listing.merchant_id,
            reservation=reservation,
            title="Bench",
            face="648",
            kind=self.sku.kind,
            mode=self.sku.mode,
            quantity=1,
            unit_price=PRICE,
            total=PRICE,
            commission_bps=500,
            promise_seconds=60,
            refund_seconds=1800,
            complaint_seconds=86400,
        )
        OrderEvent.objects.create(order=order, from_status="", to_status="PENDING", at=now, actor=tag)
        self._stepped(line, "", "RESERVED", now)
        return order, line, unit

    def _pay(self, order: Order, line: OrderLine, unit: StockUnit, now: dt.datetime) -> None:
        payment = Payment.objects.create(
            order=order, account=self.account, currency=order.currency, amount=PRICE, started_at=now
        )
        changes = {"status": PaymentStatus.CONFIRMED, "received": PRICE, "confirmed_at": now, "trade_no": payment.number}
        Payment.objects.filter(pk=payment.pk).update(**changes)
        for a, b in (("", "CREATED"), ("CREATED", "PENDING"), ("PENDING", "CONFIRMED")):
            PaymentEvent.objects.create(payment=payment, from_status=a, to_status=b, at=now, actor="bench")
        own = Account.objects.create(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency, balance=0)
        self._journal(f"payment:{payment.pk}:confirmed", self.gateway, own, now)
        self._journal(f"order:{order.pk}:paid", own, self.escrow, now)
        EscrowHold.objects.create(ref=line.ref, account=self.escrow, amount=PRICE)
        Order.objects.filter(pk=order.pk).update(status=OrderStatus.PAID, paid_at=now)
        OrderEvent.objects.create(order=order, from_status="PENDING", to_status="PAID", at=now, actor="bench")
        OrderLine.objects.filter(pk=line.pk).update(status=LineStatus.PAID, paid_at=now, paid_seq=line.pk)
        self._stepped(line, "RESERVED", "PAID", now)
        StockUnit.objects.filter(pk=unit.pk).update(status=UnitStatus.ALLOCATED)
        self._moved(unit, "RESERVED", "ALLOCATED", now)
        Reservation.objects.filter(line=line).update(final=True)
        self._told(f"floor:{line.pk}:paid", "paid", order, now)

    def _deliver(self, order: Order, line: OrderLine, unit: StockUnit, now: dt.datetime) -> None:
        OrderLine.objects.filter(pk=line.pk).update(status=LineStatus.DELIVERED, delivered=1, delivered_at=now)
        for a, b in (("PAID", "VERIFIED"), ("VERIFIED", "DELIVERING"), ("DELIVERING", "DELIVERED")):
            self._stepped(line, a, b, now)
        done = FulfillmentStatus.DELIVERED
        row = Fulfillment.objects.create(line=line, status=done, paid_seq=line.pk, next_try_at=now)
        for a, b in (("", "WAITING"), ("WAITING", "RUNNING"), ("RUNNING", "DELIVERED")):
            FulfillmentEvent.objects.create(fulfillment=row, from_status=a, to_status=b, at=now, actor="bench")
        StockUnit.objects.filter(pk=unit.pk).update(status=UnitStatus.DELIVERED)
        self._moved(unit, "ALLOCATED", "DELIVERED", now)
        self._told(f"floor:{line.pk}", "delivered", order, now)

    def _told(self, key: str, event: str, order: Order, now: dt.datetime) -> None:
        Notification.objects.create(
            key=key, event=event, thread=order.owner, address=order.email, locale="zh-hans", created_at=now, next_try_at=now
        )

    def _moved(self, unit: StockUnit, source: str, target: str, now: dt.datetime) -> None:
        Movement.objects.create(unit=unit, from_status=source, to_status=target, at=now, actor="bench")

    def _stepped(self, line: OrderLine, source: str, target: str, now: dt.datetime) -> None:
        LineEvent.objects.create(line=line, from_status=source, to_status=target, at=now, actor="bench")

    def _journal(self, key: str, source: Account, target: Account, now: dt.datetime) -> None:
        journal = Journal.objects.create(key=key, at=now)
        Entry.objects.create(journal=journal, account=source, amount=-PRICE)
        Entry.objects.create(journal=journal, account=target, amount=PRICE)


def _account(owner: str, kind: AccountKind) -> Account:
    return Account.objects.get_or_create(owner=owner, kind=kind, currency="CNY")[0]
