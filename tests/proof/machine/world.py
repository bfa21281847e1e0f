"""What stands in the machine's shop, what its people remember, and what holds after every step."""

import itertools
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar
from unittest import mock

from django.db import transaction
from django.test import override_settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant

from fulfillment.proof.check import INVARIANTS, check
from fulfillment.proof.violations import Look
from kameng.accounts.models import User
from kameng.lib.transitions import Refused
from kameng.tasks import registry
from shop.catalog.models import Kind
from shop.inventory import by_parts
from shop.inventory.intake import import_batch
from shop.orders.limits import Buyer
from shop.orders.models import OrderLine
from shop.payments import outcome
from tests import factories
from tests.proof import promise
from tests.proof.gateway import Moody

#: Everything that must hold in the middle of things; that due work is done soon is asked when the workers ran.
ALWAYS = set(INVARIANTS) - {"I12"}
PRICE = 1_000
#: Where the SKUs of the shop stand in its list: three from stock, two by hand, one by courier.
KEYS, QUICK, SHARED, TYPED, DONE, CARD = range(6)
STOCKED, COUNTED = (KEYS, QUICK, SHARED), (TYPED, DONE, CARD)
ROLE = {"key": "role", "type": "role-id", "label": "Role ID", "params": {"shortest": 9, "longest": 10}}
HOME = {"key": "home", "type": "address", "label": "Address"}

orders: Bundle[int] = Bundle("orders")


class World(RuleBasedStateMachine):
    """The model is a memory for everybody: what left a purse comes back as goods or as money."""

    finished: ClassVar[int] = 0
    #: What was done and not refused, over all runs.
    did: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.now = factories.NOON
        self.memory = promise.Memory()
        self.lines: list[OrderLine] = []
        #: Secret → orders that it was shown under.
        self.shown: dict[str, set[int]] = defaultdict(set)
        self.gateway, self.open = Moody(), ExitStack()
        self.open.enter_context(self.gateway.at_work())
        self.open.enter_context(mock.patch.object(by_parts, "PART", 2))
        # Keys of the installation change in a run, and for it alone.
        self.open.enter_context(override_settings())
        # Where workers go on with the next row, a bug must not hide.
        for module in (registry, outcome):
            self.open.enter_context(mock.patch.object(module.log, "exception", _loud))
        self.numbers = itertools.count(1)
        self.set_up = False

    def a_small_shop(self) -> None:
        """Two merchants with goods of all ways to deliver, two people who work there, two members and two guests."""
        page = factories.listing(seller=factories.merchant("Jade Cards"), category=factories.category(commission_bps=333))
        other = factories.listing("Moon Shore", seller=factories.merchant("Lotus Keys"))
        hours = {"promise_seconds": 600, "refund_seconds": 3 * 3600}
        self.skus = [
            factories.sku(of=page, price=PRICE),
            factories.sku(of=other, price=333, refund_seconds=600),
            factories.sku(of=other, price=PRICE, uses=2, max_quantity=1, value="month", unit="pass"),
            factories.by_hand(12, of=page, price=PRICE, value="typed", **hours),
            factories.by_hand(12, of=other, price=777, value="done", kind=Kind.TOP_UP, recipient_fields=[ROLE], **hours),
            factories.card_to_ship(12, of=page, price=PRICE, recipient_fields=[HOME], complaint_seconds=24 * 3600),
        ]
        for n in STOCKED:
            import_batch(sku=self.skus[n], secrets=self.new_codes(8), source="a machine", user=None, now=self.now)
        self.cashier = factories.gateway_account()
        self.members = [factories.verified(name) for name in ("Mia", "Max")]
        self.guests = [factories.buyer(name) for name in ("Gus", "Gina")]
        self.clerks = [factories.member(name) for name in ("Sam", "Sue")]
        self.set_up = True

    def buyer(self, user: User) -> Buyer:
        """The member as one who orders."""
        return factories.buyer(user.name, user=user)

    def new_codes(self, count: int) -> list[str]:
        """So many secrets that the shop never saw."""
        return [f"CODE-{next(self.numbers)}" for _ in range(count)]

    def tried(self, what: str, act: Callable[[], Any], *, if_: bool | None = None) -> bool:
        """Whether the verb did it; else it was refused. Where `if_` says what must happen, it must."""
        try:
            act()
        except Refused as refused:
            done, said = False, refused.message
        else:
            done, said = True, "done"
            World.did[what] += 1
        assert if_ in (done, None), f"{what}: {said}"
        return done

    @invariant()
    def everything_holds(self) -> None:
        self.look()
        assert list(promise.goods_and_money(self.lines, self.memory)) == []
        self.holds(ALWAYS)

    def look(self) -> None:
        """The lines as they are now."""
        rows = OrderLine.objects.select_related("order", "sku", "fulfillment__taken_by", "shipment")
        self.lines = list(rows.order_by("pk"))

    def holds(self, codes: set[str]) -> None:
        """No invariant of these is broken at this moment."""
        broken = [v for finding in check(Look(self.now), only=codes) for v in finding.violations]
        assert not broken, broken


def _loud(text: str, *values: object) -> None:
    raise AssertionError(text % values) from sys.exc_info()[1]
