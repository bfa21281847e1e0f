"""Where things stand on the deadline rail: from payment to the moment the money goes back."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from kameng.lib import times

# Pixels: how wide the rail is at least, on any other screen and on a phone of 360; a letter, a Chinese one; between labels.
WIDE, PHONE = 520, 290
NARROW_LETTER, WIDE_LETTER = 7.0, 12.0
GAP = 8
# Closer to an end than this, in percent, the label of now would leave the paper if it stood in its middle.
NEAR_END = 20.0


class Label(NamedTuple):
    """A moment as it stands at the rail, and what happens then."""

    time: str
    what: str

    @property
    def width(self) -> float:
        """About so many pixels."""
        return max(_width(self.time), _width(self.what))


class Labels(NamedTuple):
    """At the rail's start, at the promise, at its end; and the moment of now."""

    paid: Label
    promised: Label
    back: Label
    now: str


@dataclass(frozen=True, slots=True)
class Rail:
    """Positions in percent of the way from payment to the automatic refund."""

    promise: float
    now: float
    late: bool
    labels: Labels

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
        return self._fits(WIDE)

    @property
    def promise_has_room_on_phone(self) -> bool:
        """And on a phone."""
        return self._fits(PHONE)

    def _fits(self, width: int) -> bool:
        paid, promised, back, _now = self.labels
        at, half = width * self.promise / 100, promised.width / 2
        return paid.width + GAP <= at - half and at + half <= width - back.width - GAP

    @property
    def now_anchor(self) -> str:
        """How the label of now is set, so that it stays on the paper."""
        return "start" if self.now < NEAR_END else "end" if self.now > 100 - NEAR_END else "middle"


def rail(start: dt.datetime, promise: dt.datetime, now: dt.datetime, deadline: dt.datetime) -> Rail:
    """The rail of one order line; everything outside it is drawn at its ends."""
    whole = max((deadline - start).total_seconds(), 1.0)

    def at(moment: dt.datetime) -> float:
        return round(max(0.0, min(100.0, (moment - start).total_seconds() / whole * 100)), 2)

    return Rail(promise=at(promise), now=at(now), late=now > promise, labels=_labels(start, promise, now, deadline))


def _labels(start: dt.datetime, promise: dt.datetime, now: dt.datetime, deadline: dt.datetime) -> Labels:
    """With the day where that is not today's; with seconds where two moments would look like one without them."""
    moments = {start, promise, deadline}
    seconds = len({moment.replace(second=0, microsecond=0) for moment in moments}) < len(moments)

    def said(moment: dt.datetime) -> str:
        return times.day_time(moment, now, seconds=seconds)

    ends = Label(said(start), _("paid")), Label(said(promise), _("promised")), Label(said(deadline), _("money back"))
    return Labels(*ends, said(now))


def _width(text: str) -> float:
    return sum(WIDE_LETTER if unicodedata.east_asian_width(letter) == "W" else NARROW_LETTER for letter in text)
