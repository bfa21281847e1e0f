"""The shop as a machine of rules: buyers, a gateway, merchants and workers do anything in any order, and time goes by."""

import datetime as dt
import itertools
import sys
from collections import defaultdict
from contextlib import ExitStack, suppress
from enum import StrEnum
from unittest import mock

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from fulfillment.delivery.reveal import NotDelivered, delivered_units, reveal
from fulfillment.proof.check import INVARIANTS, check
from fulfillment.proof.violations import Look
from kameng.audit.record import Actor
from kameng.lib.transitions import Refused
from kameng.tasks import registry
from kameng.tasks.known import controllers
from kameng.tasks.registry import run_all
from shop.catalog.models import Sku
from shop.inventory.claim import SoldOut
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch
from shop.inventory.withdraw import withdraw_batch
from shop.orders.expire import LATE_WINDOW, extend
from shop.orders.limits import Buyer
from shop.orders.models import Order, OrderLine, OrderStatus
from shop.orders.place import Item, place
from shop.payments import outcome
from shop.payments.addresses import addresses
from shop.payments.due import received
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import Payment, Refund, RefundStatus
from shop.payments.notify import receive
from shop.payments.pay import Outcome
from shop.payments.send_back import by_hand
from shop.payments.start import start
from shop.payments.wallet import pay_from_wallet
from tests import factories
from tests.proof import promise
from tests.proof.gateway import Mood, Moody, notice

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
#: Everything that must hold in the middle of things; that due work is done soon is asked when the workers ran.
ALWAYS = set(INVARIANTS) - {"I12"}
#: From a moment to days: over the end of a reservation, of the promise, of the late window, of the complaint window.
STEPS = [MINUTE / 60, MINUTE, 4 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 5 * HOUR, 25 * HOUR]
#: Past every deadline there is.
END = [20 * MINUTE, 40 * MINUTE, 25 * HOUR, 75 * HOUR, 25 * HOUR]
PRICE = 1_000


class Way(StrEnum):
    """How a buyer pays, and what the shop hears of it."""

    TOLD = "paid, and the shop is told"
    TWICE = "paid, and told twice"
    SILENT = "paid, and nobody says so"
    NOT = "at the cashier, and gone again"
    DECLINED = "declined"
    WALLET = "from the wallet"
    FORGED = "not paid, and a stranger says it was"


quantities = st.sampled_from([1, 1, 2, 3])
ways = st.sampled_from([Way.TOLD, Way.TOLD, *Way])
wishes = st.sampled_from([{0}, {1}, {2}, {0, 1}, {0, 2}, {0, 1, 2}])
#: How far a payment misses what was due.
misses = st.sampled_from([0, 0, 0, -1, -400, 1, PRICE])


class ShopMachine(RuleBasedStateMachine):
    """The model is a purse for everybody: what left it comes back as goods or as money."""

    orders = Bundle("orders")
    finished = 0

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.now = factories.NOON
        self.purse: promise.Purse = defaultdict(int)
        self.shown: dict[str, set[str]] = defaultdict(set)
        self.gateway, self.open = Moody(), ExitStack()
        self.open.enter_context(self.gateway.at_work())
        # Where workers go on with the next row, a bug must not hide.
        for module in (registry, outcome):
            self.open.enter_context(mock.patch.object(module.log, "exception", _loud))
        self.numbers = itertools.count(1)

    @initialize()
    def a_small_shop(self) -> None:
        page = factories.listing(seller=factories.merchant("Jade Cards"), category=factories.category(commission_bps=333))
        other = factories.listing("Moon Shore", seller=factories.merchant("Lotus Keys"))
        self.skus = [
            factories.sku(units=0, of=page, price=PRICE),
            factories.sku(units=0, of=other, price=333, refund_seconds=600),
            factories.sku(units=0, of=other, price=PRICE, uses=2, max_quantity=1, value="month", unit="pass"),
        ]
        for sku in self.skus:
            self._intake(sku, 4 if sku.uses == 1 else 1)
        self.cashier = factories.gateway_account()
        known = [factories.member("Mia"), factories.member("Max")]
        self.members = [factories.buyer(user.name, user=user) for user in known]
        self.guests = [factories.buyer(name) for name in ("Gus", "Gina")]

    def _intake(self, sku: Sku, count: int) -> int:
        codes = [f"CODE-{next(self.numbers)}" for _ in range(count)]
        return import_batch(sku=sku, secrets=codes, source="a machine", user=None, now=self.now).pk

    @rule(target=orders, who=st.integers(0, 1), what=wishes, quantity=quantities, way=ways, miss=misses)
    def a_member_buys(self, who: int, what: set[int], quantity: int, way: Way, miss: int) -> "int | object":
        return self._buy(self.members[who], what, quantity, way, miss)

    @rule(target=orders, who=st.integers(0, 1), what=wishes, quantity=quantities, way=ways, miss=misses)
    def a_guest_buys(self, who: int, what: set[int], quantity: int, way: Way, miss: int) -> "int | object":
        return self._buy(self.guests[who], what, quantity, way, miss)

    def _buy(self, buyer: Buyer, what: set[int], quantity: int, way: Way, miss: int) -> "int | object":
        items = [Item(self.skus[n].pk, quantity if self.skus[n].uses == 1 else 1) for n in sorted(what)]
        nonce = f"nonce-{next(self.numbers)}"
        try:
            order = place(buyer=buyer, items=items, nonce=nonce, now=self.now)
        except Refused as refused:
            refused_too_early = isinstance(refused, SoldOut) and self._could_sell(buyer, items)
            assert not refused_too_early
            return multiple()
        assert place(buyer=buyer, items=items, nonce=nonce, now=self.now).pk == order.pk
        self._pay(order, way, miss)
        return order.pk

    def _could_sell(self, buyer: Buyer, items: list[Item]) -> bool:
        draft = Order(user=buyer.user, email=buyer.email)
        lines = [OrderLine(order=draft, sku=Sku.objects.get(pk=item.sku_id), quantity=item.quantity) for item in items]
        return all(promise.still_there(line, self.now) for line in lines)

    @rule(order=orders, way=ways, miss=misses)
    def pay(self, order: int, way: Way, miss: int) -> None:
        """In time, again, or late; maybe too much or too little."""
        self._pay(Order.objects.get(pk=order), way, miss)

    def _pay(self, order: Order, way: Way, miss: int) -> None:
        if way is Way.WALLET:
            with suppress(Refused):
                assert pay_from_wallet(order=order, now=self.now) is not Outcome.SHORT
            return
        with suppress(Refused):
            start(order_id=order.pk, account=self.cashier, to=addresses(account=self.cashier, order=order), now=self.now)
        # A gateway that said "failed" takes no money for that trade any more. For one it closed it may have, just before: then
        # it says so, since nobody asks about a closed one.
        unpaid = SandboxTrade.objects.filter(paid=None, failed=False).values("number")
        if way is Way.SILENT:
            unpaid = unpaid.filter(closed=False)
        payment = Payment.objects.filter(order=order, number__in=unpaid).order_by("pk").first()
        if payment is None or way is Way.NOT:
            return
        books = SandboxTrade.objects.filter(number=payment.number)
        if way is Way.DECLINED:
            books.update(failed=True)
        elif way is not Way.FORGED and books.update(paid=max(1, payment.amount + miss), paid_at=self.now):
            self.purse[order.holder] += max(1, payment.amount + miss)
        if way is not Way.SILENT:
            self._tell(payment, 2 if way is Way.TWICE else 1, forged=way is Way.FORGED)

    @rule(order=orders)
    def tell_late(self, order: int) -> None:
        """Notices that were lost, or were sent before, come (again)."""
        for payment in Payment.objects.filter(order=order, account=self.cashier):
            if SandboxTrade.objects.filter(number=payment.number).exclude(paid=None, failed=False):
                self._tell(payment, 1)

    def _tell(self, payment: Payment, times: int, *, forged: bool = False) -> None:
        payment.refresh_from_db()
        order, before = payment.order, received(payment.order)
        paid = SandboxTrade.objects.get(number=payment.number).paid or 0
        payable = self._payable(order) and payment.status != "CONFIRMED" and before + paid >= order.total
        for _ in range(times):
            raw = notice(payment, self.now, forged=forged)
            answer = receive(account_public_id=self.cashier.public_id, raw=raw, address="192.0.2.1", now=self.now)
            assert answer.status == (400 if forged else 200)
        order.refresh_from_db()
        if forged:
            assert received(order) == before
        elif payable:
            assert order.status == OrderStatus.PAID, "the money is here, and so are the goods"

    def _payable(self, order: Order) -> bool:
        if order.status not in {OrderStatus.PENDING, OrderStatus.EXPIRED} or self.now > order.reserved_until + LATE_WINDOW:
            return False
        lines = OrderLine.objects.filter(order=order).select_related("sku", "order")
        return all(promise.still_there(line, self.now) for line in lines)

    @rule(order=orders)
    def look_at_the_order(self, order: int) -> None:
        """Open what was delivered, and ask for more time."""
        row = Order.objects.get(pk=order)
        with suppress(Refused):
            extend(order_id=order, now=self.now)
        for line in OrderLine.objects.filter(order=row):
            units = [unit.pk for unit in delivered_units(line)]
            try:
                for seen in reveal(line=line, unit_ids=units, actor=Actor(row.holder, "buyer"), now=self.now):
                    self.shown[seen.secret].add(f"{row.holder} {row.pk}")
                    assert len(self.shown[seen.secret]) <= line.sku.uses
            except NotDelivered:
                assert not units

    @rule(what=st.integers(0, 2), count=quantities, out=st.sampled_from([False, False, True]))
    def take_in_or_withdraw(self, what: int, count: int, out: bool) -> None:
        if not out:
            self._intake(self.skus[what], count)
            return
        newest = Batch.objects.filter(sku=self.skus[what], new__gt=0).order_by("-pk")[0]
        with suppress(Refused):
            withdraw_batch(batch_id=newest.pk, actor="a machine", now=self.now)

    @rule(step=st.sampled_from(STEPS), mood=st.sampled_from([Mood.FINE, *Mood]))
    def time_goes_by(self, step: dt.timedelta, mood: Mood) -> None:
        """And the gateway may be in another mood by then."""
        self.now += step
        self.gateway.mood = mood

    @rule(name=st.sampled_from([*sorted(controllers), *["all"] * len(controllers)]))
    def work(self, name: str) -> None:
        if name == "all":
            run_all(now=self.now)
            self._holds({"I12"})
        else:
            controllers[name].run(self.now)

    @invariant()
    def everything_holds(self) -> None:
        self._holds(ALWAYS)
        for order in Order.objects.all():
            assert promise.goods_and_money(order) == []

    def _holds(self, codes: set[str]) -> None:
        broken = [v for finding in check(Look(self.now), only=codes) for v in finding.violations]
        assert not broken, broken

    def teardown(self) -> None:
        """Whatever happened until now: in the end everybody has goods or money, and nobody waits."""
        try:
            if sys.exc_info()[0] is None and hasattr(self, "guests"):
                self._end()
        finally:
            self.open.close()
            transaction.set_rollback(False)
            transaction.savepoint_rollback(self.before)

    def _end(self) -> None:
        """The gateway keeps its mood for an hour; after that all there is to do is done, however long it takes."""
        for step in END:
            self.now += step
            self.gateway.mood = self.gateway.mood if step < HOUR else Mood.FINE
            run_all(now=self.now)
            for refund in Refund.objects.filter(status=RefundStatus.MANUAL):
                assert by_hand(refund_id=refund.pk, actor=Actor("user:0", "finance"), reference="cash", now=self.now)
            self._holds(set(INVARIANTS))
        assert promise.accounts_settled(self.purse) == {}
        assert promise.unfinished() == []
        ShopMachine.finished += 1


def _loud(text: str, *values: object) -> None:
    raise AssertionError(text % values) from sys.exc_info()[1]
