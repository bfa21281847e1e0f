"""Time goes by, workers work, and in the end nobody waits."""

import datetime as dt
import sys

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from fulfillment.proof.check import INVARIANTS
from kameng.audit.record import Actor
from kameng.tasks.known import controllers
from kameng.tasks.registry import run_all
from shop.inventory.models import Intake
from shop.orders.models import LineStatus, OrderLine
from shop.payments.models import Refund, RefundStatus
from shop.payments.send_back import by_hand
from tests.proof import promise
from tests.proof.gateway import Mood
from tests.proof.machine.by_courier import ByCourier
from tests.proof.machine.world import World

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
#: From a moment to days: over the end of a reservation, of the promise, of the late window, of the complaint window.
STEPS = [MINUTE / 60, MINUTE, 4 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 5 * HOUR, 25 * HOUR]
#: Past every deadline there is; the long one is a parcel's.
END = [50 * MINUTE, 25 * HOUR, 75 * HOUR, 170 * HOUR, 75 * HOUR]
#: After so long somebody looks for parcels.
SEARCH = 170 * HOUR
FOUND = ("arrived", "came back", "lost")


class Time(ByCourier):
    """The clock and the workers, and the end of the world."""

    @rule(step=st.sampled_from(STEPS), mood=st.sampled_from([Mood.FINE, *Mood]))
    def time_goes_by(self, step: dt.timedelta, mood: Mood) -> None:
        """And the gateway may be in another mood by then."""
        self.now += step
        self.gateway.mood = mood

    @rule(name=st.sampled_from([*sorted(controllers), *["all"] * len(controllers)]))
    def work(self, name: str) -> None:
        if name == "all":
            run_all(now=self.now)
            self.holds({"I12"})
        else:
            controllers[name].run(self.now)

    def teardown(self) -> None:
        """Whatever happened until now: in the end everybody has goods or money, and nobody waits."""
        try:
            if sys.exc_info()[0] is None and self.set_up:
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
            self._people_help(parcels=step == SEARCH)
            self.holds(set(INVARIANTS))
        assert promise.accounts_settled(self.memory) == {}
        assert promise.unfinished() == []
        assert list(promise.untold(self.memory)) == []
        assert not Intake.objects.filter(ended_at=None).exists()
        World.finished += 1

    def _people_help(self, *, parcels: bool) -> None:
        """Whoever has an alarm does what it asks for."""
        for refund in Refund.objects.filter(status=RefundStatus.MANUAL):
            assert by_hand(refund_id=refund.pk, actor=Actor("user:0", "finance"), reference="cash", now=self.now)
        if parcels:
            for line in OrderLine.objects.filter(status=LineStatus.SHIPPED).select_related("order__user"):
                self.say(line, FOUND[line.pk % len(FOUND)])
