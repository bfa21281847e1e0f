"""A started sandbox payment, and everything a gateway might say about it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kameng.lib import clock, money
from shop.orders.models import Order
from shop.payments.addresses import addresses
from shop.payments.gateways.registry import open_gateway
from shop.payments.gateways.sandbox.gateway import CONTENT_TYPE, SandboxGateway
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment
from shop.payments.start import start
from tests.factories import gateway_account, place_order


def started(order: Order | None = None, *, account: GatewayAccount | None = None) -> Payment:
    """A payment of an unpaid order (¥98.00), waiting at the sandbox."""
    order = order or place_order()
    account = account or gateway_account()
    to = addresses(account=account, order=order)
    return start(order_id=order.pk, account=account, to=to, now=clock.now())


def trade_of(payment: Payment) -> SandboxTrade:
    """The payment in the sandbox's books."""
    return SandboxTrade.objects.get(number=payment.number)


@dataclass(frozen=True)
class Word:
    """A notice before it is sent: its fields, and whose key signs it."""

    account: GatewayAccount
    fields: dict[str, str]

    def but(self, **changes: str) -> "Word":
        """The same with other fields, signed anew."""
        return self.signed(**changes)

    def signed(self, **changes: str) -> "Word":
        """Signed by its account, over all its fields."""
        fields = {**self.fields, **changes}
        gateway = open_gateway(self.account)
        assert isinstance(gateway, SandboxGateway)
        return replace(self, fields=fields | {"sign": gateway.sign(fields)})

    @property
    def body(self) -> str:
        return urlencode(self.fields)


def word(payment: Payment, *, state: str = "paid", amount: int | None = None) -> Word:
    """The sandbox's signed notice about this payment, of its whole amount unless told otherwise."""
    gateway = open_gateway(payment.account)
    assert isinstance(gateway, SandboxGateway)
    trade = trade_of(payment)
    fields = {
        "pid": gateway.pid,
        "event": f"{trade.trade_no}-{state}",
        "number": payment.number,
        "trade_no": trade.trade_no,
        "state": state,
        "amount": money.decimal_text(payment.amount if amount is None else amount, payment.currency),
        "currency": payment.currency,
        "sign_type": "HMAC-SHA256",
    }
    return Word(payment.account, fields).signed()


def send(word: Word | str, account: GatewayAccount | None = None, **extra: Any) -> HttpResponse:
    """Post a notice to the address of its account, from a client without any cookie."""
    if isinstance(word, Word):
        account, body = account or word.account, word.body
    else:
        body = word
    assert account is not None
    url = reverse("notify", args=[account.public_id])
    client = Client(enforce_csrf_checks=True)
    answer: Any = client.post(url, body, content_type=extra.pop("content_type", CONTENT_TYPE), **extra)
    assert not answer.cookies
    return answer  # type: ignore[no-any-return]
