"""People of the merchants deliver by hand: two of them, in each other's way, and the clock in the way of both."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fulfillment.delivery.manual import GivenUp, Goods, give_up, hand_in, put_back, take_up
from fulfillment.delivery.models import READ, Fulfillment
from kameng.accounts.models import User
from kameng.lib.transitions import Refused
from kameng.tasks.known import controllers
from shop.catalog.models import Mode
from shop.inventory.typed import Typed, seal_typed
from shop.orders.models import LineStatus, OrderLine
from tests.proof.machine.world import World

#: Which of the lines, those that can be worked on first; now and then one that nobody should touch.
picks = st.sampled_from([0, 0, 0, 1, 1, 2, 5])
clerks = st.integers(0, 1)
rarely = st.sampled_from([False] * 5 + [True])
SECOND = dt.timedelta(seconds=1)


class ByHand(World):
    """Each verb does what it must and is refused where it must be, as whoever looks at the line would say."""

    @property
    def desk(self) -> list[OrderLine]:
        """Lines for people, those in work first."""
        mine = [line for line in self.lines if line.counted and hasattr(line, "fulfillment")]
        return sorted(mine, key=lambda line: (not self._open(line), -line.pk))

    def _open(self, line: OrderLine) -> bool:
        working = line.status in (LineStatus.VERIFIED, LineStatus.DELIVERING)
        return working and line.refund_by is not None and line.refund_by > self.now

    def theirs(self, line: OrderLine, who: User) -> bool:
        """Somebody took it up, and it is not another's now."""
        row = line.fulfillment
        free = row.taken_by == who or row.taken_until is None or row.taken_until <= self.now
        return self._open(line) and line.status == LineStatus.DELIVERING and free

    def at(self, pick: int, who: int, *, take: bool = False) -> tuple[OrderLine, Fulfillment, User]:
        """A line of the desk and somebody at it, who maybe takes it up first."""
        line, clerk = self.desk[pick % len(self.desk)], self.clerks[who]
        if take and self._take_up(line, clerk):
            self.look()
            line = next(each for each in self.lines if each.pk == line.pk)
        return line, line.fulfillment, clerk

    def _take_up(self, line: OrderLine, clerk: User) -> bool:
        may = self._open(line) and (line.status == LineStatus.VERIFIED or self.theirs(line, clerk))
        act = lambda: take_up(fulfillment_id=line.fulfillment.pk, user=clerk, now=self.now)  # noqa: E731
        return self.tried("take up", act, if_=may)

    @precondition(lambda self: self.desk)
    @rule(pick=picks, who=clerks, both=st.booleans())
    def take_up(self, pick: int, who: int, both: bool) -> None:
        """Maybe both want it: whoever comes second hears that it is taken."""
        (line, row, clerk), other = self.at(pick, who), self.clerks[1 - who]
        if self._take_up(line, clerk) and both:
            self.tried("take up at once", lambda: take_up(fulfillment_id=row.pk, user=other, now=self.now), if_=False)

    @precondition(lambda self: self.desk)
    @rule(pick=picks, who=clerks)
    def put_back(self, pick: int, who: int) -> None:
        line, row, clerk = self.at(pick, who)
        act = lambda: put_back(fulfillment_id=row.pk, user=clerk, now=self.now)  # noqa: E731
        self.tried("put back", act, if_=self.theirs(line, clerk))

    @precondition(lambda self: self.desk)
    @rule(pick=picks, who=clerks, take=st.booleans(), count=st.sampled_from([1, 1, 2, 3]), old=rarely)
    def hand_in(self, pick: int, who: int, take: bool, count: int, old: bool) -> None:
        """A part, the rest, or too much; and what was typed in for another buyer before."""
        line, row, clerk = self.at(pick, who, take=take)
        before = sorted(set().union(*self.memory.typed.values()))
        if old and line.kind in READ and before:
            self.tried("hand in old", lambda: self._typed(line, before[:1]), if_=False)
        may = self.theirs(line, clerk) and line.mode == Mode.MANUAL and count <= line.waiting_quantity
        self._hand_in(line, row, clerk, count, if_=may)

    def _hand_in(self, line: OrderLine, row: Fulfillment, clerk: User, count: int, *, if_: bool) -> None:
        codes = self.new_codes(count) if line.kind in READ else []
        goods = Goods(self._typed(line, codes)) if codes else Goods(done=count)
        what = "hand in all" if count == line.waiting_quantity else "hand in a part"
        if self.tried(what, lambda: hand_in(fulfillment_id=row.pk, user=clerk, goods=goods, now=self.now), if_=if_):
            self.memory.handed[line.pk] += count
            self.memory.times[line.pk] += 1
            self.memory.typed[line.pk] |= set(codes)

    def _typed(self, line: OrderLine, codes: list[str]) -> Typed:
        return seal_typed(secrets=codes, merchant=line.merchant)

    @precondition(lambda self: self.desk)
    @rule(pick=picks, who=clerks, take=st.booleans(), reason=st.sampled_from(GivenUp))
    def give_up(self, pick: int, who: int, take: bool, reason: GivenUp) -> None:
        """Money back at once for exactly what the buyer did not get."""
        line, row, clerk = self.at(pick, who, take=take)
        may, missing = self.theirs(line, clerk), line.quantity - self.memory.handed[line.pk]
        try:
            back = give_up(fulfillment_id=row.pk, user=clerk, reason=reason, now=self.now)
        except Refused:
            assert not may
            return
        assert may
        assert back == missing * line.unit_price
        World.did["give up"] += 1

    @precondition(lambda self: any(self._open(line) for line in self.desk))
    @rule(pick=picks, who=clerks, late=st.booleans())
    def work_until_the_deadline(self, pick: int, who: int, late: bool) -> None:
        """Somebody has it in hand, and has delivered a part where there is one, when its last second comes, or goes."""
        line, row, clerk = self.at(pick, who)
        if not self._open(line) or line.refund_by is None:
            return
        self.now = max(self.now, line.refund_by - SECOND)
        took = self.tried("take up", lambda: take_up(fulfillment_id=row.pk, user=clerk, now=self.now))
        if took and line.mode == Mode.MANUAL and line.waiting_quantity > 1:
            self._hand_in(line, row, clerk, 1, if_=True)
        if late:
            self.now = line.refund_by
        controllers["clock"].run(self.now)
        line.refresh_from_db()
        assert line.refunded_quantity == (line.quantity - self.memory.handed[line.pk] if late else 0)
        World.did["deadline met" if not late else "deadline in part" if line.delivered else "deadline"] += 1
