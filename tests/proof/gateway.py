"""The sandbox's other side for the state machine: buyers who pay as they like, and a gateway with moods."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from kameng.lib import money
from shop.payments.gateways.base import Ambiguous, RawNotice, Rejected
from shop.payments.gateways.registry import open_gateway
from shop.payments.gateways.sandbox.gateway import CONTENT_TYPE, SIGN_TYPE, SandboxGateway
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import Payment


class Mood(StrEnum):
    """How the gateway answers."""

    FINE = "fine"
    SILENT = "does not answer"
    LOST = "acts, but its answer is lost"
    REFUSING = "refuses refunds"


class Moody:
    """The mood of the day; every call of the shop to the gateway meets it."""

    def __init__(self) -> None:
        self.mood = Mood.FINE

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For the length of the block the sandbox has this mood."""
        with ExitStack() as stack:
            for name in ("create", "query", "close", "refund", "query_refund"):
                wrapped = self._wrapped(name, getattr(SandboxGateway, name))
                stack.enter_context(mock.patch.object(SandboxGateway, name, wrapped))
            yield

    def _wrapped(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def call(gateway: SandboxGateway, *args: Any, **kwargs: Any) -> Any:
            if self.mood is Mood.SILENT:
                raise Ambiguous("no answer")
            if self.mood is Mood.REFUSING and name == "refund":
                raise Rejected("not today")
            answer = act(gateway, *args, **kwargs)
            if self.mood is Mood.LOST:
                raise Ambiguous("the answer was lost")
            return answer

        return call


def notice(payment: Payment, now: Any, *, forged: bool = False) -> RawNotice:
    """What the sandbox says about the payment by its own books, signed; or signed by a stranger."""
    gateway = open_gateway(payment.account)
    assert isinstance(gateway, SandboxGateway)
    trade = SandboxTrade.objects.get(number=payment.number)
    state = "paid" if trade.paid is not None or forged else "failed"
    fields = {
        "pid": gateway.pid,
        "event": f"{trade.trade_no}-{state}",
        "number": payment.number,
        "trade_no": trade.trade_no,
        "state": state,
        "amount": money.decimal_text(trade.amount if trade.paid is None else trade.paid, trade.currency),
        "currency": trade.currency,
        "sign_type": SIGN_TYPE,
    }
    body = urlencode(fields | {"sign": "0" * 64 if forged else gateway.sign(fields)}).encode()
    return RawNotice(body, {"Content-Type": CONTENT_TYPE}, "", now)
