"""A gateway that answers what a test tells it to."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import ClassVar, Self, TypeVar

from shop.payments.gateways.base import (
    Answer,
    BadNotice,
    Charge,
    Created,
    Event,
    RawNotice,
    RefundState,
    StatementLine,
    Trade,
    TradeState,
)

UNPAID = Trade(TradeState.UNPAID)
Said = TypeVar("Said")


class FakeGateway:
    """Answers are taken from the class, one class a test; an exception among them is raised. `calls` lists what was asked."""

    code: ClassVar[str] = "fake"
    can_refund_in_part: ClassVar[bool] = True
    pay_origins: ClassVar[tuple[str, ...]] = ("https://pay.example",)
    calls: ClassVar[list[str]]
    created: ClassVar[Created | Exception]
    trade: ClassVar[Trade | Exception]
    on_close: ClassVar[Trade | Exception]
    refunded: ClassVar[list[RefundState | Exception]]
    asked_refund: ClassVar[list[RefundState | Exception]]
    days: ClassVar[dict[dt.date, list[StatementLine]]]

    @classmethod
    def opened(cls, config: Mapping[str, str]) -> Self:
        return cls()

    def create(self, charge: Charge) -> Created:
        self.calls.append(f"create {charge.number}")
        return _said(self.created)

    def verify(self, notice: RawNotice) -> Event:
        raise BadNotice("it never tells anything")

    def query(self, number: str) -> Trade:
        self.calls.append(f"query {number}")
        return _said(self.trade)

    def close(self, number: str) -> Trade:
        self.calls.append(f"close {number}")
        return _said(self.on_close)

    def refund(self, *, number: str, refund_number: str, amount: int, currency: str) -> RefundState:
        self.calls.append(f"refund {refund_number} {amount} {currency}")
        return _said(self.refunded.pop(0))

    def query_refund(self, *, number: str, refund_number: str) -> RefundState:
        self.calls.append(f"query_refund {refund_number}")
        return _said(self.asked_refund.pop(0))

    def statement(self, day: dt.date) -> Iterator[StatementLine]:
        yield from self.days.get(day, [])

    @classmethod
    def accepted(cls) -> Answer:
        return Answer("OK")

    @classmethod
    def refused(cls) -> Answer:
        return Answer("NO", status=403)


def new() -> type[FakeGateway]:
    """A fake of its own for one test: it creates, and nothing is paid."""
    script = {
        "calls": [],
        "created": Created("https://pay.example/t/1"),
        "trade": UNPAID,
        "on_close": Trade(TradeState.CLOSED),
        "refunded": [],
        "asked_refund": [],
        "days": {},
    }
    return type("ThisFake", (FakeGateway,), script)


def _said(answer: Said | BaseException) -> Said:
    if isinstance(answer, BaseException):
        raise answer
    return answer
