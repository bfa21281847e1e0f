"""Carts of one line or many over two merchants, and every way to pay one, or not to."""

from contextlib import suppress
from enum import StrEnum

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, initialize, multiple, rule

from fulfillment.delivery.reveal import NotDelivered, delivered_units, reveal
from kameng.audit.record import Actor
from kameng.lib.inputs.base import Value
from kameng.lib.transitions import Refused
from kameng.tasks.known import controllers
from shop.catalog.models import Sku
from shop.inventory.claim import SoldOut
from shop.orders.expire import LATE_WINDOW, extend
from shop.orders.limits import Buyer
from shop.orders.models import Order, OrderLine, OrderStatus
from shop.orders.place import Item, place
from shop.orders.recipients import BadRecipient
from shop.payments.addresses import addresses
from shop.payments.due import outstanding, received
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import Payment
from shop.payments.notify import receive
from shop.payments.pay import Outcome
from shop.payments.start import start
from shop.payments.wallet import intend_share, pay_from_wallet
from tests.proof import promise
from tests.proof.gateway import notice
from tests.proof.machine.world import CARD, DONE, KEYS, PRICE, SHARED, TYPED, World, orders

#: An order's key, or nothing where none was placed.
Placed = int | MultipleResults[int]


class Way(StrEnum):
    """How a buyer pays, and what the shop hears of it."""

    TOLD = "paid, and the shop is told"
    TWICE = "paid, and told twice"
    SILENT = "paid, and nobody says so"
    NOT = "at the cashier, and gone again"
    DECLINED = "declined"
    WALLET = "from the wallet"
    MEANT = "from the wallet, but gone before it was drawn"
    HALF = "a part at the gateway, the rest from the wallet"
    FORGED = "not paid, and a stranger says it was"


#: SKU → how many; one of a kind whose secret is shared.
carts = st.dictionaries(st.integers(0, 5), st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=4)
ways = st.sampled_from([Way.TOLD, Way.TOLD, *Way])
#: How far a payment misses what was due.
misses = st.sampled_from([0, 0, 0, 0, -1, -400, 1, 5 * PRICE])
HOME = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "detail": "文三路 1 号"}


class Buying(World):
    """Members and guests."""

    @initialize(target=orders)
    def the_shop_opens(self) -> Placed:
        """A first buyer leaves something to do for everybody."""
        self.a_small_shop()
        return self._sale(self.guests[0], {KEYS: 1, TYPED: 2, DONE: 3, CARD: 1})

    @rule(target=orders, who=st.integers(0, 3), cart=carts)
    def somebody_buys_without_ado(self, who: int, cart: dict[int, int]) -> Placed:
        """Paid in full, told at once, and the workers are there."""
        return self._sale(self._who(who), cart)

    def _sale(self, buyer: Buyer, cart: dict[int, int]) -> Placed:
        placed = self._buy(buyer, cart, Way.TOLD, 0, stale=False)
        for name in ("verify", "deliver"):
            controllers[name].run(self.now)
        return placed

    @rule(
        target=orders, who=st.integers(0, 3), cart=carts, way=ways, miss=misses, stale=st.sampled_from([False] * 5 + [True])
    )
    def somebody_buys(self, who: int, cart: dict[int, int], way: Way, miss: int, stale: bool) -> Placed:
        """A stale page asked for other fields than the merchant does now."""
        return self._buy(self._who(who), cart, way, miss, stale=stale)

    def _who(self, who: int) -> Buyer:
        return self.buyer(self.members[who]) if who < len(self.members) else self.guests[who - len(self.members)]

    def _buy(self, buyer: Buyer, cart: dict[int, int], way: Way, miss: int, *, stale: bool) -> Placed:
        """One order and one payment, whoever sells what is in the cart."""
        items = [self._item(n, quantity, stale) for n, quantity in cart.items()]
        nonce = f"nonce-{next(self.numbers)}"
        try:
            order = place(buyer=buyer, items=items, nonce=nonce, now=self.now)
        except Refused as refused:
            refused_too_early = isinstance(refused, SoldOut) and self._could_sell(buyer, items)
            asked_otherwise = isinstance(refused, BadRecipient)
            assert (refused_too_early, asked_otherwise) == (False, stale and DONE in cart)
            return multiple()
        assert not (stale and DONE in cart)
        World.did[f"cart of {'many' if len(cart) > 1 else 'one'}"] += 1
        self.memory.where_to |= {(order.pk, item.sku_id): item.recipient for item in items}
        assert place(buyer=buyer, items=items, nonce=nonce, now=self.now).pk == order.pk
        self._pay(order, way, miss)
        return order.pk

    def _item(self, n: int, quantity: int, stale: bool) -> Item:
        recipient: dict[str, Value] = {}
        if n == DONE:
            (asked,) = Sku.objects.get(pk=self.skus[n].pk).asks
            recipient = {"before" if stale else asked.key: "123456789"}
        elif n == CARD:
            recipient = {"home": HOME}
        return Item(self.skus[n].pk, 1 if n == SHARED else quantity, recipient)

    def _could_sell(self, buyer: Buyer, items: list[Item]) -> bool:
        draft = Order(user=buyer.user, email=buyer.email)
        skus = {sku.pk: sku for sku in self.skus}
        lines = [
            OrderLine(order=draft, sku=skus[it.sku_id], mode=skus[it.sku_id].mode, quantity=it.quantity) for it in items
        ]
        return all(promise.still_there(line, self.now) for line in lines)

    @rule(order=orders, way=ways, miss=misses)
    def pay(self, order: int, way: Way, miss: int) -> None:
        """In time, again, or late; maybe too much or too little."""
        self._pay(Order.objects.get(pk=order), way, miss)

    def _pay(self, order: Order, way: Way, miss: int) -> None:
        if way is Way.MEANT:
            self.tried("intention", lambda: intend_share(order_id=order.pk, share=outstanding(order), now=self.now))
        elif way is Way.WALLET:
            self._pay_from_wallet(order)
        elif way is Way.HALF:
            self._pay_at_the_cashier(order, Way.TOLD, -(order.total // 2))
            self._pay_from_wallet(order)
        else:
            self._pay_at_the_cashier(order, way, miss)

    def _pay_from_wallet(self, order: Order) -> None:
        """Now or not at all: what the member has is enough and all is drawn, or nothing is."""
        missing = outstanding(order)
        had = promise.wallet(order.user_id) if order.user_id else 0
        with suppress(Refused):
            assert pay_from_wallet(order=order, now=self.now) is Outcome.PAID
            assert had - promise.wallet(order.user_id or 0) == missing
            World.did["wallet" if missing == order.total else "wallet and gateway"] += missing > 0
            return
        assert not order.user_id or promise.wallet(order.user_id) == had

    def _pay_at_the_cashier(self, order: Order, way: Way, miss: int) -> None:
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
            self.memory.paid[order.pk] += max(1, payment.amount + miss)
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
        for line in OrderLine.objects.filter(order=row).select_related("sku"):
            units = [unit.pk for unit in delivered_units(line)]
            try:
                seen = reveal(line=line, unit_ids=units, actor=Actor(row.holder, "buyer"), now=self.now)
            except NotDelivered:
                assert not units
                continue
            for each in seen:
                self.shown[each.secret].add(row.pk)
                assert len(self.shown[each.secret]) <= line.sku.uses
            assert not line.counted or {each.secret for each in seen} == self.memory.typed[line.pk]
