"""What every gateway offers: create, verify, query, close, refund, statement.

A gateway knows nothing of orders: it gets numbers and minor units and answers with facts. Network calls are made outside of
transactions and take `patience.timeout()` seconds at most; `verify` is pure.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol, Self


class Rejected(Exception):
    """The gateway said no; nothing was created or moved. The same thing may be tried under a new number."""


class Ambiguous(Exception):
    """We cannot know whether the gateway acted (time-out, 5xx, garbage): ask with the same number, never repeat blindly."""


class BadNotice(Exception):
    """A notice that cannot be trusted or read; `str()` says why, for the log and the platform."""


class TradeState(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    CLOSED = "closed"
    FAILED = "failed"
    MISSING = "missing"


class RefundState(StrEnum):
    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Charge:
    """What to collect: our number, minor units, and where the gateway should tell us and send the buyer back to."""

    number: str
    amount: int
    currency: str
    subject: str
    notify_url: str
    return_url: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Created:
    """Where the buyer pays."""

    pay_url: str
    trade_no: str = ""


@dataclass(frozen=True, slots=True)
class RawNotice:
    """A notice as it came: nothing of it is trusted yet."""

    body: bytes
    headers: Mapping[str, str]
    query: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A verified statement of the gateway about one trade. `event` names it for de-duplication; amounts are minor units."""

    event: str
    number: str
    trade_no: str
    state: TradeState
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Trade:
    """What the gateway answers when asked about one of our numbers."""

    state: TradeState
    trade_no: str = ""
    amount: int = 0
    currency: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a day's statement: a payment (amount > 0) or a refund (amount < 0) under our number."""

    number: str
    trade_no: str
    amount: int
    currency: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the protocol wants to read after a notice."""

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Gateway(Protocol):
    """One gateway, bound to one account's settings. Raises Rejected or Ambiguous from its network calls.

    `opened` binds it to an account's settings and refuses those that anybody could sign with (ImproperlyConfigured). The two
    answers need no settings: a notice is refused in the protocol's words even where they cannot be used.
    """

    code: ClassVar[str]
    can_refund_in_part: ClassVar[bool]
    #: Origins ("https://pay.example") to which its pay page may lead a buyer, all of them; none where the page is ours.
    pay_origins: ClassVar[tuple[str, ...]]

    @classmethod
    def opened(cls, config: Mapping[str, str]) -> Self: ...
    def create(self, charge: Charge) -> Created: ...
    def verify(self, notice: RawNotice) -> Event: ...
    def query(self, number: str) -> Trade: ...
    def close(self, number: str) -> Trade: ...
    def refund(self, *, number: str, refund_number: str, amount: int, currency: str) -> RefundState: ...
    def query_refund(self, *, number: str, refund_number: str) -> RefundState: ...
    def statement(self, day: dt.date) -> Iterator[StatementLine]: ...
    @classmethod
    def accepted(cls) -> Answer: ...
    @classmethod
    def refused(cls) -> Answer: ...
