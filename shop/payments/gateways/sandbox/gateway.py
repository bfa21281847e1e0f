"""The sandbox: a gateway of our own for the demo and for tests, as strict about signatures as a real one.

Its books are rows of SandboxTrade; its cashier page is `cashier.py`. A notice is a POST form signed with HMAC-SHA256 over its
fields, sorted by name and joined as `name=value&…` without escaping; field values never hold `&` or `=`.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from typing import ClassVar, Self
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from kameng.lib import clock, money
from shop.payments.gateways.base import (
    Answer,
    BadNotice,
    Charge,
    Created,
    Event,
    RawNotice,
    RefundState,
    Rejected,
    StatementLine,
    Trade,
    TradeState,
)
from shop.payments.gateways.sandbox.models import SandboxRefund, SandboxTrade

FIELDS = frozenset({"pid", "event", "number", "trade_no", "state", "amount", "currency", "sign_type", "sign"})
CONTENT_TYPE = "application/x-www-form-urlencoded"
SIGN_TYPE = "HMAC-SHA256"
SHORTEST_KEY = 16
LONGEST_VALUE = 64


class SandboxGateway:
    """One sandbox account: `pid` names it in notices, `key` signs them."""

    code: ClassVar[str] = "sandbox"
    can_refund_in_part: ClassVar[bool] = True
    pay_origins: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, pid: str, key: str) -> None:
        if len(key) < SHORTEST_KEY:
            raise ImproperlyConfigured("The sandbox refuses an empty or short key: anybody could sign with it.")
        self.pid, self._key = pid, key.encode()

    @classmethod
    @sensitive_variables()
    def opened(cls, config: Mapping[str, str]) -> Self:
        """Bound to an account's opened settings: `pid` and `key`."""
        if not settings.SANDBOX:
            raise ImproperlyConfigured("The sandbox takes no real money: it opens in the demo only.")
        return cls(pid=config.get("pid", ""), key=config.get("key", ""))

    def create(self, charge: Charge) -> Created:
        trade, _created = SandboxTrade.objects.get_or_create(
            number=charge.number,
            defaults={
                "trade_no": f"SBX{secrets.token_hex(10).upper()}",
                "amount": charge.amount,
                "currency": charge.currency,
                "subject": charge.subject[:80],
                "notify_url": charge.notify_url,
                "return_url": charge.return_url,
                "created_at": clock.now(),
            },
        )
        if (trade.amount, trade.currency) != (charge.amount, charge.currency):
            raise Rejected("this number was used for another amount")
        return Created(pay_url=reverse("sandbox", args=[trade.trade_no]), trade_no=trade.trade_no)

    def sign(self, fields: Mapping[str, str]) -> str:
        """The signature over all fields but `sign`."""
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign")
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def verify(self, notice: RawNotice) -> Event:
        if notice.headers.get("Content-Type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
            raise BadNotice("not a form")
        fields = _fields(notice.body)
        if fields["sign_type"] != SIGN_TYPE:
            raise BadNotice("unknown sign_type")
        if not hmac.compare_digest(self.sign(fields), fields["sign"]):
            raise BadNotice("wrong signature")
        if not hmac.compare_digest(fields["pid"], self.pid):
            raise BadNotice("meant for another account")
        try:
            amount = money.parse(fields["amount"], fields["currency"])
            state = TradeState(fields["state"])
        except ValueError as error:
            raise BadNotice("unreadable amount or state") from error
        return Event(fields["event"], fields["number"], fields["trade_no"], state, amount, fields["currency"])

    def query(self, number: str) -> Trade:
        trade = SandboxTrade.objects.filter(number=number).first()
        return _answer(trade) if trade else Trade(TradeState.MISSING)

    def close(self, number: str) -> Trade:
        with transaction.atomic():
            trade = SandboxTrade.objects.select_for_update().filter(number=number).first()
            if trade is None:
                return Trade(TradeState.CLOSED)
            if trade.paid is None and not trade.failed:
                trade.closed = True
                trade.save(update_fields=["closed"])
            return _answer(trade)

    def refund(self, *, number: str, refund_number: str, amount: int, currency: str) -> RefundState:
        with transaction.atomic():
            trade = SandboxTrade.objects.select_for_update().filter(number=number).first()
            if trade is None or trade.paid is None or trade.currency != currency:
                raise Rejected("nothing was paid under this number")
            if trade.refunds.filter(number=refund_number).exists():
                return RefundState.DONE
            gone: int | None = trade.refunds.aggregate(n=Sum("amount"))["n"]
            if (gone or 0) + amount > trade.paid:
                raise Rejected("more than was paid")
            SandboxRefund.objects.create(trade=trade, number=refund_number, amount=amount, at=clock.now())
        return RefundState.DONE

    def query_refund(self, *, number: str, refund_number: str) -> RefundState:
        known = SandboxRefund.objects.filter(trade__number=number, number=refund_number).exists()
        return RefundState.DONE if known else RefundState.MISSING

    def statement(self, day: dt.date) -> Iterator[StatementLine]:
        start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
        paid = SandboxTrade.objects.filter(paid__isnull=False).annotate(moved_at=Coalesce("paid_at", "created_at"))
        for trade in paid.filter(moved_at__gte=start, moved_at__lt=end).order_by("pk").iterator():
            yield StatementLine(trade.number, trade.trade_no, trade.paid or 0, trade.currency, trade.moved_at)
        refunds = SandboxRefund.objects.filter(at__gte=start, at__lt=end).select_related("trade").order_by("pk")
        for row in refunds.iterator():
            yield StatementLine(row.number, row.trade.trade_no, -row.amount, row.trade.currency, row.at)

    @classmethod
    def accepted(cls) -> Answer:
        return Answer("success")

    @classmethod
    def refused(cls) -> Answer:
        return Answer("fail", status=400)


def _answer(trade: SandboxTrade) -> Trade:
    if trade.paid is not None:
        return Trade(TradeState.PAID, trade.trade_no, trade.paid, trade.currency)
    if trade.failed:
        return Trade(TradeState.FAILED, trade.trade_no, reason="declined")
    return Trade(TradeState.CLOSED if trade.closed else TradeState.UNPAID, trade.trade_no)


def _fields(body: bytes) -> dict[str, str]:
    """Exactly the fields of the protocol, each once: what parsers disagree about is refused (OWASP ASVS 15.3.7)."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=len(FIELDS))
    except ValueError as error:
        raise BadNotice("unreadable body") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadNotice("a field is repeated")
    if fields.keys() != FIELDS:
        raise BadNotice("fields are missing or unknown")
    if not all(_allowed(value) for value in fields.values()):
        raise BadNotice("a value the protocol does not allow")
    return fields


def _allowed(value: str) -> bool:
    plain = value.isascii() and value.isprintable() and not set("&=") & set(value)
    return plain and 0 < len(value) <= LONGEST_VALUE
