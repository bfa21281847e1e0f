"""Where things stand on the deadline rail: from payment to the moment the money goes back."""

import datetime as dt
from dataclasses import dataclass

# Closer to an end than this, in percent, a label runs into that end's own: on any screen, and on a phone.
NEAR = 8.0
NEAR_ON_PHONE = 20.0


@dataclass(frozen=True, slots=True)
class Rail:
    """Positions in percent of the way from payment to the automatic refund."""

    promise: float
    now: float
    late: bool

    @property
    def done(self) -> float:
        """Until here the bar is jade."""
        return min(self.promise, self.now)

    @property
    def over(self) -> float:
        """From the promise to now, when it has passed: amber."""
        return round(max(0.0, self.now - self.promise), 2)

    @property
    def promise_has_room(self) -> bool:
        """The promise's label fits between the labels of both ends on a wide screen."""
        return NEAR <= self.promise <= 100 - NEAR

    @property
    def promise_has_room_on_phone(self) -> bool:
        """And on a phone."""
        return NEAR_ON_PHONE <= self.promise <= 100 - NEAR_ON_PHONE

    @property
    def now_anchor(self) -> str:
        """How the label of now is set, so that it stays on the paper."""
        return "start" if self.now < NEAR_ON_PHONE else "end" if self.now > 100 - NEAR_ON_PHONE else "middle"


def rail(start: dt.datetime, promise: dt.datetime, now: dt.datetime, deadline: dt.datetime) -> Rail:
    """The rail of one order line; everything outside it is drawn at its ends."""
    whole = max((deadline - start).total_seconds(), 1.0)

    def at(moment: dt.datetime) -> float:
        return round(max(0.0, min(100.0, (moment - start).total_seconds() / whole * 100)), 2)

    return Rail(promise=at(promise), now=at(now), late=now > promise)
