"""Where an order stands between placing and payment, as its pay page shows it."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shop.orders.expire import LATE_WINDOW
from shop.orders.models import Order, OrderLine, OrderStatus
from shop.payments.due import received
from shop.payments.leftover import GUEST_WAITS, free_at
from shop.payments.models import OPEN_PAYMENTS, Payment, PaymentStatus
from shop.storefront.basket import again_address


class Stage(StrEnum):
    CHOOSE = "choose"
    WAITING = "waiting"
    UNCLEAR = "unclear"
    FAILED = "failed"
    CHECKING = "checking"
    EXPIRED = "expired"
    LATE = "late"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class PayState:
    """Everything the pay page shows of an order; amounts are minor units. `payment` is the newest attempt."""

    order: Order
    lines: list[OrderLine]
    payment: Payment | None
    received: int
    stage: Stage

    @property
    def missing(self) -> int:
        return max(0, self.order.total - self.received)

    @property
    def short(self) -> bool:
        """Some money came, but not all."""
        return 0 < self.received < self.order.total

    @property
    def back(self) -> str:
        """Where the pay page came from: its product; of several, the order with all of them."""
        if len(self.lines) == 1:
            return reverse("listing", args=[self.lines[0].sku.listing.slug])
        return reverse("order", args=[self.order.number])

    @property
    def again(self) -> str:
        """Where the same can be ordered once more."""
        return again_address(self.lines)

    @property
    def extendable(self) -> bool:
        return not self.order.extended

    @property
    def asked(self) -> bool:
        """The gateway may still take money for an attempt, so that it is worth asking."""
        return self.payment is not None and self.payment.status != PaymentStatus.CONFIRMED

    @property
    def heading(self) -> str:
        """The state in a few words, for the title; it is read aloud when it changes."""
        said = {
            Stage.UNCLEAR: _("The payment service does not answer"),
            Stage.FAILED: _("The payment failed, nothing was charged"),
            Stage.CHECKING: _("Your money is here"),
            Stage.EXPIRED: _("The time is over, no money came in"),
            Stage.LATE: _("The money came after the time was over"),
        }
        return said.get(self.stage, pgettext("title of the page", "Pay"))

    @property
    def final(self) -> bool:
        """Nothing will change here any more by itself."""
        return self.stage is Stage.EXPIRED and self.payment is None

    @property
    def over(self) -> bool:
        """What may still change takes its time."""
        return self.stage in (Stage.EXPIRED, Stage.LATE)

    @property
    def why(self) -> str:
        """What the gateway said to a payment that failed."""
        if self.payment is None or not self.payment.failure:
            return _("The payment service gave no reason.")
        said = {"declined": _("declined")}.get(self.payment.failure, self.payment.failure)
        told = {"way": self.payment.account, "said": said}
        return _("%(way)s answered “%(said)s”. Choose another way, or try again.") % told

    @property
    def back_at(self) -> dt.datetime:
        """When money that could not buy the goods goes back by itself."""
        last = self.order.reserved_until + LATE_WINDOW
        return free_at(self.order) or (last if self.order.user_id else last + GUEST_WAITS)

    @property
    def version(self) -> str:
        """Changes with everything that the page shows of the state."""
        attempt = (self.payment.pk, self.payment.status, self.payment.pay_url) if self.payment else ()
        told = (self.stage, self.received, self.order.extended, bool(self.order.pay_due_at), attempt)
        return hashlib.blake2b(repr(told).encode(), digest_size=6).hexdigest()


def pay_state(order: Order, now: dt.datetime) -> PayState:
    """Read the state; three queries."""
    lines = list(order.lines.select_related("sku__listing__category", "merchant").order_by("pk"))
    attempts = Payment.objects.filter(order=order).exclude(account__gateway="wallet")
    newest = attempts.select_related("account").order_by("-pk").first()
    came = received(order)
    return PayState(order, lines, newest, came, _stage(order, newest, came, now))


def _stage(order: Order, payment: Payment | None, came: int, now: dt.datetime) -> Stage:
    if order.status not in (OrderStatus.PENDING, OrderStatus.EXPIRED):
        return Stage.SETTLED
    if order.status == OrderStatus.EXPIRED or order.reserved_until <= now:
        return Stage.LATE if came else Stage.EXPIRED
    if came >= order.total:
        return Stage.CHECKING
    if payment is None or payment.status == PaymentStatus.CONFIRMED or payment.amount != order.total - came:
        return Stage.CHOOSE
    if payment.status not in OPEN_PAYMENTS:
        return Stage.FAILED
    return Stage.UNCLEAR if payment.status == PaymentStatus.UNKNOWN else Stage.WAITING
