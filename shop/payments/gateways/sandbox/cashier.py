"""What the sandbox's cashier page can do: it keeps the sandbox's books and sends real notices, good and bad.

Each press is committed to the books first; the notice is then a POST over HTTP to the address that the shop gave, exactly as
another company's would be.
"""

import datetime as dt
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kameng.lib import failpoints, money
from shop.inventory.models import Reservation
from shop.orders.expire import expire
from shop.orders.models import OrderStatus
from shop.orders.rows import lock_order
from shop.payments.gateways.base import TradeState
from shop.payments.gateways.registry import open_gateway
from shop.payments.gateways.sandbox.gateway import CONTENT_TYPE, SIGN_TYPE, SandboxGateway
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import Payment

#: The buyer goes back after so many seconds even when the shop has not answered the notice.
PATIENCE = 3.0
#: So many presses of a process wait for that answer at a time: the notice needs one of the server's threads as well.
SEATS = threading.BoundedSemaphore(2)


class Press(TextChoices):
    """The buttons of the cashier."""

    PAY = "pay", _("Pay")
    FAIL = "fail", _("Fail")
    LATE = "late", _("Pay late")
    TWICE = "twice", _("Notify twice at once")
    LESS = "less", _("Pay 0.01 too little")
    MORE = "more", _("Pay 0.01 too much")
    FORGED = "forged", _("Forge the signature")
    BEFORE = "before", _("Notify before return")
    SILENT = "silent", _("Never notify")


#: What each of them will do, in one line.
DOES = {
    Press.PAY: _("Pays the amount and tells the shop at once."),
    Press.BEFORE: _("Waits for the shop to take the notice, and only then sends you back."),
    Press.SILENT: _("Pays, but tells nobody: the shop has to ask."),
    Press.TWICE: _("Sends the same notice twice in the same moment: the shop must credit it once."),
    Press.LESS: _("The shop credits what came, and shows what is missing."),
    Press.MORE: _("The shop delivers, and gives the rest back."),
    Press.LATE: _("Lets the order's time run out first, then pays: goods if they are still there, else money back."),
    Press.FAIL: _("Declines the payment: no money moves, another way may be tried."),
    Press.FORGED: _("Sends a notice of payment signed by a stranger: the shop must refuse it."),
}
#: What can still be tried when the money is in.
REPEATS = (Press.TWICE, Press.FORGED)


@dataclass(frozen=True, slots=True)
class Told:
    """What the shop answered to one notice: status 0 when it did not answer in time."""

    status: int
    text: str


def press(*, trade: SandboxTrade, button: Press, now: dt.datetime) -> list[Told]:
    """Do what the button says, first in the sandbox's books, then towards the shop; returns the shop's answers so far.

    Money comes in once a trade: another press of a paid one repeats the notice of what was paid.
    """
    match button:
        case Press.FORGED:
            return _send(trade, [_notice(trade, TradeState.PAID, forged=True)])
        case Press.FAIL:
            _book(trade, failed=True)
            return _send(trade, [_notice(trade, TradeState.FAILED if trade.paid is None else TradeState.PAID)])
        case Press.LATE:
            _let_lapse(trade, now)
            _book(trade, closed=True)
    _book(trade, paid=trade.amount + {Press.LESS: -1, Press.MORE: 1}.get(button, 0), paid_at=now)
    if button is Press.SILENT:
        return []
    copies = 2 if button is Press.TWICE else 1
    patience = settings.HTTP_TIMEOUT if button is Press.BEFORE else PATIENCE
    return _send(trade, [_notice(trade, TradeState.PAID)] * copies, patience)


def _book(trade: SandboxTrade, **changes: object) -> None:
    """Change the books unless money came in: that is the last word."""
    SandboxTrade.objects.filter(pk=trade.pk, paid=None).update(**changes)
    trade.refresh_from_db()


def _let_lapse(trade: SandboxTrade, now: dt.datetime) -> None:
    """End the order's reservation now, because nobody waits a quarter of an hour to see what late money does."""
    order_id = _payment(trade).order_id
    with failpoints.commit("sandbox_lapse"):
        order = lock_order(order_id)
        if order.status == OrderStatus.PENDING and order.reserved_until > now:
            Reservation.objects.filter(line__order=order).update(until=now)
            type(order).objects.filter(pk=order.pk).update(reserved_until=now)
    expire(order_id=order_id, now=now)


def _payment(trade: SandboxTrade) -> Payment:
    return Payment.objects.select_related("account").get(number=trade.number)


def _notice(trade: SandboxTrade, state: TradeState, *, forged: bool = False) -> str:
    gateway = _opened(trade)
    amount = trade.amount if trade.paid is None else trade.paid
    fields = {
        "pid": gateway.pid,
        "event": f"{trade.trade_no}-{state}",
        "number": trade.number,
        "trade_no": trade.trade_no,
        "state": str(state),
        "amount": money.decimal_text(amount, trade.currency),
        "currency": trade.currency,
        "sign_type": SIGN_TYPE,
    }
    return urlencode(fields | {"sign": "0" * 64 if forged else gateway.sign(fields)})


def _opened(trade: SandboxTrade) -> SandboxGateway:
    gateway = open_gateway(_payment(trade).account)
    assert isinstance(gateway, SandboxGateway)
    return gateway


def _send(trade: SandboxTrade, notices: list[str], patience: float = PATIENCE) -> list[Told]:
    """Post the notices at once, in threads that touch no database; returns the answers that came within `patience` seconds.

    In a crowd nobody waits: the notices are on their way, and the buyer goes back.
    """
    answers: list[Told] = []
    threads = [
        threading.Thread(target=lambda body=body: answers.append(_post(trade.notify_url, body)), daemon=True)
        for body in notices
    ]
    for thread in threads:
        thread.start()
    if SEATS.acquire(blocking=False):
        try:
            deadline = time.monotonic() + patience
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
        finally:
            SEATS.release()
    return list(answers)


def _post(url: str, body: str) -> Told:
    try:
        answer = _client().post(url, content=body, headers={"Content-Type": CONTENT_TYPE}, timeout=settings.HTTP_TIMEOUT)
    except httpx.HTTPError as error:
        return Told(0, type(error).__name__)
    return Told(answer.status_code, answer.text[:200])


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One client, since making one reads certificates; no connection is kept, because servers close idle ones."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(follow_redirects=False, trust_env=False, limits=limits)
