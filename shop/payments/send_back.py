"""Carrying a refund to its gateway: the intent is committed first, an unclear answer is looked up, never repeated blindly."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from kameng.audit.record import Actor, record
from kameng.lib import failpoints, money
from kameng.lib.pauses import growing
from kameng.lib.transitions import move
from kameng.notices.alarms import raise_alarm
from kameng.tasks.failing import first
from shop.approvals.models import Act
from shop.approvals.two_people import Asked, spend
from shop.ledger.models import Account, AccountKind
from shop.ledger.post import account, post
from shop.orders.models import Order
from shop.orders.rows import lock_order
from shop.payments.gateways.base import Ambiguous, RefundState, Rejected
from shop.payments.gateways.registry import NotUsable, open_gateway
from shop.payments.models import Destination, Refund, RefundStatus

#: The pause before an unanswered refund is asked about again, doubled each time up to the last; the first one is longer than
#: any call may take, so that two calls never overlap.
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: What a person may end by hand.
FOR_A_PERSON = (RefundStatus.MANUAL, RefundStatus.UNKNOWN)
#: A refund that would still be on its way after so long is a person's: nothing may be stuck for longer without one.
PATIENCE = dt.timedelta(minutes=10)


def send_back(*, refund_id: int, now: dt.datetime) -> RefundStatus:
    """Bring one refund a step further: REQUESTED → SUBMITTED → DONE, FAILED or UNKNOWN; UNKNOWN is asked about.

    Calls the gateway outside of any transaction. Returns the status reached.
    """
    refund = Refund.objects.select_related("payment__account").get(pk=refund_id)
    first = refund.status == RefundStatus.REQUESTED
    if not _submit(refund, now):
        return RefundStatus(Refund.objects.values_list("status", flat=True).get(pk=refund_id))
    answer = _ask(refund, first=first)
    return _settle(refund_id, answer, now)


def _submit(refund: Refund, now: dt.datetime) -> bool:
    """Commit the intent and when to look again; False when somebody else has it in hand."""
    with failpoints.commit("refund_submit"):
        order = lock_order(refund.order_id)
        row = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
        if row.next_try_at is None or row.next_try_at > now or row.status != refund.status:
            return False
        pause = growing(FIRST_PAUSE, LONGEST_PAUSE, after=row.attempts)
        changes = {"next_try_at": now + pause, "attempts": row.attempts + 1}
        if row.status == RefundStatus.REQUESTED:
            move(row, RefundStatus.SUBMITTED, now=now, actor="refunds", changes=changes)
            _post(refund=row, step="submitted", route=(_order_account(order), _clearing(row, order)), now=now)
        else:
            Refund.objects.filter(pk=row.pk).update(**changes)
        return True


def _ask(refund: Refund, *, first: bool) -> RefundState | None:
    """The gateway's answer; None when it is unclear."""
    number = refund.payment.number
    try:
        gateway = open_gateway(refund.payment.account)
        state = RefundState.MISSING if first else gateway.query_refund(number=number, refund_number=refund.number)
    except (Ambiguous, Rejected, NotUsable):
        # A question that was refused says nothing of the refund, which may have been carried out long ago.
        return None
    if state is not RefundState.MISSING:
        return state
    try:
        currency = refund.payment.currency
        # The same refund number makes a repeated request the same refund.
        return gateway.refund(number=number, refund_number=refund.number, amount=refund.amount, currency=currency)
    except Rejected:
        return RefundState.FAILED
    except Ambiguous:
        return None


def _settle(refund_id: int, answer: RefundState | None, now: dt.datetime) -> RefundStatus:
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    with failpoints.commit("refund_settle"):
        order = lock_order(order_id)
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment__account").get(pk=refund_id)
        if refund.status not in (RefundStatus.SUBMITTED, RefundStatus.UNKNOWN):
            if answer is RefundState.DONE and refund.status != RefundStatus.DONE:
                _call_a_person(
                    refund, now, _("The gateway carried out a refund of %(amount)s after all; it was given up before.")
                )
            return RefundStatus(refund.status)
        if answer is RefundState.DONE:
            move(refund, RefundStatus.DONE, now=now, actor="gateway", changes={"done_at": now, "next_try_at": None})
            _post(refund=refund, step="done", route=(_clearing(refund, order), _gateway(refund, order)), now=now)
        elif answer is RefundState.FAILED:
            _give_up(refund, order, now)
        else:
            _wait(refund, answer, now)
        return RefundStatus(refund.status)


def _give_up(refund: Refund, order: Order, now: dt.datetime) -> None:
    """The source does not take it: a member gets it into the wallet, a guest's waits for a person."""
    move(refund, RefundStatus.FAILED, now=now, actor="gateway", changes={"next_try_at": None})
    if order.user_id:
        wallet = account(owner=f"user:{order.user_id}", kind=AccountKind.WALLET, currency=order.currency)
        Refund.objects.filter(pk=refund.pk).update(destination=Destination.WALLET, done_at=now)
        _post(refund=refund, step="wallet", route=(_clearing(refund, order), wallet), now=now)
        return
    move(refund, RefundStatus.MANUAL, now=now, actor="gateway")
    _post(refund=refund, step="returned", route=(_clearing(refund, order), _order_account(order)), now=now)
    _call_a_person(refund, now)


def _wait(refund: Refund, answer: RefundState | None, now: dt.datetime) -> None:
    if answer is None and refund.status == RefundStatus.SUBMITTED:
        move(refund, RefundStatus.UNKNOWN, now=now, actor="gateway")
    if refund.next_try_at is None or refund.next_try_at > refund.requested_at + PATIENCE:
        _call_a_person(refund, now)


def _call_a_person(refund: Refund, now: dt.datetime, text: str = "") -> None:
    text = text or _("The refund of %(amount)s needs a person: the gateway does not carry it out.")
    amount = money.shown(refund.amount, refund.payment.currency)
    raise_alarm(
        key=f"refund:{refund.pk}",
        kind="refund-stuck",
        subject=f"refund:{refund.number}",
        text=text % {"amount": amount},
        now=now,
    )


def by_hand(*, refund_id: int, actor: Actor, reference: str, now: dt.datetime) -> bool:
    """A person paid it outside, or saw that the gateway did: → DONE, and it is written down. False when it was not waiting.

    Raises NeedsSecondPerson for more than one person may pay back alone, where nobody else approved it.
    MANUAL: order account → gateway. UNKNOWN, where the gateway does not answer any more: clearing → gateway.
    """
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    with failpoints.commit("refund_by_hand"):
        order = lock_order(order_id)
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment__account").get(pk=refund_id)
        if refund.status not in FOR_A_PERSON:
            return False
        second = spend(what=refund_of(refund), actor=actor, now=now).decided_by if takes_two(refund) else ""
        waited = refund.status == RefundStatus.MANUAL
        path = [RefundStatus.DONE] if waited else [RefundStatus.MANUAL, RefundStatus.DONE]
        ends = {"done_at": now, "next_try_at": None}
        move(refund, *path, now=now, actor=actor.name, reason=reference, changes=ends)
        source = _order_account(order) if waited else _clearing(refund, order)
        _post(refund=refund, step="by_hand", route=(source, _gateway(refund, order)), now=now)
        said = f"{reference} (approved by {second})" if second else reference
        record(act="refund by hand", subject=f"refund:{refund.number}", actor=actor, now=now, reason=said)
        return True


def takes_two(refund: Refund) -> bool:
    """Whether it is more than one person may pay back alone."""
    return refund.amount > settings.REFUND_ALONE_UP_TO


def refund_of(refund: Refund) -> Asked:
    """What two people are needed for, above the limit."""
    return Asked(Act.REFUND, f"refund:{refund.number}", str(refund.amount))


def _post(*, refund: Refund, step: str, route: tuple[Account, Account], now: dt.datetime) -> None:
    source, target = route
    post(key=f"refund:{refund.pk}:{step}", moves=[(source, -refund.amount), (target, refund.amount)], now=now)


def _order_account(order: Order) -> Account:
    return account(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency)


def _clearing(refund: Refund, order: Order) -> Account:
    return account(owner=refund.payment.account.owner, kind=AccountKind.CLEARING, currency=order.currency)


def _gateway(refund: Refund, order: Order) -> Account:
    return account(owner=refund.payment.account.owner, kind=AccountKind.GATEWAY, currency=order.currency)


def sendable(now: dt.datetime) -> list[int]:
    """Keys of refunds to bring further, oldest first, at most 100."""
    statuses = [RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.UNKNOWN, RefundStatus.FAILED]
    rows = Refund.objects.filter(status__in=statuses, next_try_at__lte=now)
    return first(rows.order_by("next_try_at"), at_most=100)
