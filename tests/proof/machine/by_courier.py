"""Parcels: handed over, received, lost, come back; nothing of it twice, and no money while one is on its way."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fulfillment.delivery.manual import GivenUp, give_up, put_back, take_up
from fulfillment.delivery.shipping import Parcel, lose, receive, ship
from shop.catalog.models import Mode
from shop.orders.models import LineStatus, OrderLine
from tests.proof.machine.by_hand import ByHand, clerks, picks

PARCEL = Parcel("SF Express", "SF1")


class ByCourier(ByHand):
    """What clerks, buyers and support say of parcels."""

    @property
    def parcels(self) -> list[OrderLine]:
        """Lines that go by courier, those on their way first."""
        mine = [line for line in self.desk if line.mode == Mode.SHIPMENT]
        return sorted(mine, key=lambda line: line.status != LineStatus.SHIPPED)

    @precondition(lambda self: self.desk)
    @rule(pick=picks, who=clerks, take=st.booleans())
    def ship(self, pick: int, who: int, take: bool) -> None:
        line, row, clerk = self.at(pick, who, take=take)
        may = self.theirs(line, clerk) and line.mode == Mode.SHIPMENT
        act = lambda: ship(fulfillment_id=row.pk, user=clerk, parcel=PARCEL, now=self.now)  # noqa: E731
        if self.tried("ship", act, if_=may):
            self.memory.sent.add(line.pk)

    @precondition(lambda self: any(line.status == LineStatus.SHIPPED for line in self.parcels))
    @rule(who=clerks, button=st.sampled_from(["take up", "put back", "give up"]))
    def press_a_button_of_an_old_page(self, who: int, button: str) -> None:
        """The parcel is on its way: nobody at the desk has a say in it any more."""
        line, clerk = self.parcels[0], self.clerks[who]
        where: dict[str, Any] = {"fulfillment_id": line.fulfillment.pk, "user": clerk, "now": self.now}
        acts: dict[str, Callable[[], object]] = {
            "take up": lambda: take_up(**where),
            "put back": lambda: put_back(**where),
            "give up": lambda: give_up(**where, reason=GivenUp.SUPPLIER_FAILURE),
        }
        self.tried(button, acts[button], if_=False)

    @precondition(lambda self: self.parcels)
    @rule(pick=picks, end=st.sampled_from(["arrived", "came back", "lost"]))
    def a_parcel_ends(self, pick: int, end: str) -> None:
        self.say(self.parcels[pick % len(self.parcels)], end)

    def say(self, line: OrderLine, end: str) -> None:
        """The buyer has it, or support found out that nobody will."""
        may = line.status == LineStatus.SHIPPED
        if end != "arrived":
            came_back = end == "came back"
            act = lambda: lose(line_id=line.pk, actor="user:0", came_back=came_back, now=self.now)  # noqa: E731
            self.tried(end, act, if_=may)
        elif self.tried(end, lambda: receive(line_id=line.pk, actor=line.order.holder, now=self.now), if_=may):
            self.memory.handed[line.pk] += line.quantity
            self.memory.times[line.pk] += 1
