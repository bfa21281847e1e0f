"""What a gateway tells us: verified first, stored once, and answered as its protocol wants."""

import datetime as dt

from django.db import OperationalError

from kameng.lib.busy import is_busy
from kameng.notices.kinds import AlarmKind
from shop.payments.confirm import Mismatch, Receipt
from shop.payments.gateways.base import Answer, BadNotice, Event, RawNotice, TradeState
from shop.payments.gateways.registry import NotUsable, gateway_class, open_gateway
from shop.payments.models import GatewayAccount, Notice, Payment, PaymentStatus, Verdict
from shop.payments.noted import draft, quarantine, refuse, store
from shop.payments.outcome import ended, paid

#: No protocol needs more; what is longer is not read on.
LONGEST_NOTICE = 64 * 1024
#: So often somebody who was in the way is waited for, each time as long as for any lock.
TURNS = 4


class NoSuchAccount(Exception):
    """No gateway of ours takes notices at this address."""


def receive(*, account_public_id: str, raw: RawNotice, address: str, now: dt.datetime) -> Answer:
    """Verify a notice with the account it is addressed to, and credit, note or quarantine what it says, once an event.

    Whatever is answered with success is committed. A notice that cannot be trusted leaves a line in the capped log and an
    alarm, and gets the gateway's own refusal. Raises NoSuchAccount, with no side effect.
    """
    account = GatewayAccount.objects.filter(public_id=account_public_id).first()
    if account is None or account.gateway == "wallet":
        raise NoSuchAccount(account_public_id)
    gateway = gateway_class(account.gateway)
    try:
        event = _verified(account, raw)
    except (BadNotice, NotUsable) as error:
        why = AlarmKind.GATEWAY_UNUSABLE if isinstance(error, NotUsable) else AlarmKind.NOTICE_REFUSED
        refuse(account=account, raw=raw, address=address, why=why, reason=str(error))
        return gateway.refused()
    _act_once(event, account, raw, now)
    return gateway.accepted()


def _act_once(event: Event, account: GatewayAccount, raw: RawNotice, now: dt.datetime) -> None:
    """What copies of the same notice do at once is waited for: a gateway that is refused comes back after minutes only."""
    for turn in range(TURNS):
        if Notice.objects.filter(account=account, event=event.event).exists():
            return
        try:
            return _act(event, draft(account, event, raw), now)
        except OperationalError as error:
            if not is_busy(error) or turn == TURNS - 1:
                raise


def _verified(account: GatewayAccount, raw: RawNotice) -> Event:
    if len(raw.body) > LONGEST_NOTICE:
        raise BadNotice("too long")
    return open_gateway(account).verify(raw)


def _act(event: Event, notice: Notice, now: dt.datetime) -> None:
    known = Payment.objects.filter(number=event.number).first()
    ours = known if known and known.account_id == notice.account_id else None
    try:
        if known is None:
            raise Mismatch(f"unknown number {event.number}")
        if ours is None:
            raise Mismatch(f"number {event.number} belongs to another account")
        if ours.trade_no and event.trade_no != ours.trade_no:
            raise Mismatch(f"trade {event.trade_no} instead of {ours.trade_no}")
        _apply(event, ours, notice, now)
    except Mismatch as error:
        quarantine(notice, payment=ours, reason=str(error), now=now)


def _apply(event: Event, payment: Payment, notice: Notice, now: dt.datetime) -> None:
    match event.state:
        case TradeState.PAID:
            receipt = Receipt(event.trade_no, event.amount, event.currency)
            paid(payment=payment, receipt=receipt, now=now, source="notice", notice=notice)
        case TradeState.FAILED:
            ended(payment=payment, status=PaymentStatus.FAILED, now=now, reason="declined", notice=notice)
        case TradeState.CLOSED:
            ended(payment=payment, status=PaymentStatus.CLOSED, now=now, notice=notice)
        case _:
            store(notice, Verdict.NOTED, payment=payment)
