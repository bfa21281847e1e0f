from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kameng.lib import ids
from kameng.lib.crypto import Place
from kameng.lib.transitions import StateEvent, Stateful, edges
from shop.orders.models import Order, OrderLine


class GatewayAccount(models.Model):
    """Our account at a gateway; its settings are sealed. `public_id` is part of its callback address."""

    gateway = models.CharField(_("gateway"), max_length=20)
    public_id = models.CharField(_("public id"), max_length=32, unique=True, default=ids.reference)
    name = models.CharField(_("name"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3)
    sealed = models.TextField(_("settings, sealed"), blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("gateway account")
        verbose_name_plural = _("gateway accounts")
        constraints = [models.UniqueConstraint(fields=["gateway", "name"], name="gateway_account_once")]

    def __str__(self) -> str:
        # The wallet's row is made by the house, and has no name that somebody gave it.
        return gettext("Wallet balance") if self.gateway == "wallet" else self.name

    @property
    def owner(self) -> str:
        """The opaque owner of this account's clearing in the ledger."""
        return f"gateway:{self.pk}"

    @property
    def place(self) -> Place:
        return Place("payments_gatewayaccount", self.gateway, self.public_id)


class PaymentStatus(models.TextChoices):
    CREATED = "CREATED", _("Created")
    PENDING = "PENDING", _("Waiting")
    CONFIRMED = "CONFIRMED", _("Confirmed")
    FAILED = "FAILED", _("Failed")
    CLOSED = "CLOSED", _("Closed")
    UNKNOWN = "UNKNOWN", _("Unknown")


#: The gateway may still take money for these without telling us.
OPEN_PAYMENTS = (PaymentStatus.CREATED, PaymentStatus.PENDING, PaymentStatus.UNKNOWN)


class Payment(Stateful):
    """One attempt to be paid through one gateway account. Reversals are Refund rows, never a state."""

    EDGES = edges(
        CREATED="PENDING CONFIRMED FAILED CLOSED UNKNOWN",
        PENDING="CONFIRMED FAILED CLOSED UNKNOWN",
        UNKNOWN="PENDING CONFIRMED FAILED CLOSED",
        FAILED="CONFIRMED",
        CLOSED="CONFIRMED",
        CONFIRMED="",
    )

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("order"))
    account = models.ForeignKey(GatewayAccount, models.PROTECT, related_name="payments", verbose_name=_("account"))
    number = models.CharField(_("our number"), max_length=32, unique=True, default=ids.reference)
    trade_no = models.CharField(_("gateway's number"), max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=PaymentStatus.choices, default=PaymentStatus.CREATED)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.PositiveBigIntegerField(_("due when started"))
    received = models.PositiveBigIntegerField(_("received"), null=True)
    pay_url = models.CharField(_("where to pay"), max_length=500, blank=True)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("started"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    next_query_at = models.DateTimeField(_("next query"), null=True)
    queries = models.PositiveSmallIntegerField(_("queries"), default=0)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["account", "trade_no"], condition=~Q(trade_no=""), name="trade_once"),
            models.CheckConstraint(
                condition=Q(status="CONFIRMED", received__isnull=False, confirmed_at__isnull=False)
                | (~Q(status="CONFIRMED") & Q(received=None)),
                name="confirmed_means_received",
            ),
        ]
        indexes = [
            models.Index(fields=["next_query_at"], condition=Q(status__in=OPEN_PAYMENTS), name="payment_to_query"),
        ]

    def __str__(self) -> str:
        return ids.short(self.number)

    @property
    def clearing_owner(self) -> str:
        """The opaque owner of its gateway account's clearing, without reading that account."""
        return f"gateway:{self.account_id}"


class PaymentEvent(StateEvent):
    """One step of a payment. Append-only."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="events", verbose_name=_("payment"))

    class Meta:
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")


class Verdict(models.TextChoices):
    CREDITED = "CREDITED", _("Credited")
    REPEATED = "REPEATED", _("Seen before")
    NOTED = "NOTED", _("Noted")
    QUARANTINED = "QUARANTINED", _("Quarantined")


class Notice(models.Model):
    """A verified notice of a gateway, stored once an event."""

    account = models.ForeignKey(GatewayAccount, models.PROTECT, related_name="notices", verbose_name=_("account"))
    event = models.CharField(_("event"), max_length=100)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="notices", verbose_name=_("payment"))
    body = models.TextField(_("body"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["account", "event"], name="notice_once")]

    def __str__(self) -> str:
        return self.event


class RefusedNotice(models.Model):
    """A notice that we could not use: truncated, and only the newest are kept."""

    path = models.CharField(_("path"), max_length=200)
    address = models.CharField(_("address"), max_length=45, blank=True)
    body = models.CharField(_("body"), max_length=1000, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("refused notice")
        verbose_name_plural = _("refused notices")

    def __str__(self) -> str:
        return self.reason


class RefundStatus(models.TextChoices):
    REQUESTED = "REQUESTED", _("Requested")
    SUBMITTED = "SUBMITTED", _("Submitted")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    UNKNOWN = "UNKNOWN", _("Unknown")
    MANUAL = "MANUAL", _("By hand")


class Destination(models.TextChoices):
    SOURCE = "SOURCE", _("Where it came from")
    WALLET = "WALLET", _("Wallet")


class Refund(Stateful):
    """Money going back for one payment; the number makes asking the gateway again harmless."""

    EDGES = edges(
        REQUESTED="SUBMITTED DONE",
        SUBMITTED="DONE FAILED UNKNOWN",
        UNKNOWN="SUBMITTED DONE FAILED MANUAL",
        FAILED="SUBMITTED MANUAL",
        MANUAL="DONE",
        DONE="",
    )

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", verbose_name=_("order"))
    line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="refunds", verbose_name=_("line"))
    number = models.CharField(_("our number"), max_length=32, unique=True, default=ids.reference)
    status = models.CharField(_("status"), max_length=12, choices=RefundStatus.choices, default=RefundStatus.REQUESTED)
    destination = models.CharField(_("to"), max_length=8, choices=Destination.choices)
    amount = models.PositiveBigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=100)
    requested_at = models.DateTimeField(_("requested"))
    done_at = models.DateTimeField(_("done"), null=True)
    next_try_at = models.DateTimeField(_("next try"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=1), name="refund_of_something")]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=["REQUESTED", "SUBMITTED", "UNKNOWN", "FAILED"]),
                name="refund_due",
            ),
        ]

    def __str__(self) -> str:
        return ids.short(self.number)


class RefundEvent(StateEvent):
    """One step of a refund. Append-only."""

    refund = models.ForeignKey(Refund, models.CASCADE, related_name="events", verbose_name=_("refund"))

    class Meta:
        verbose_name = _("refund event")
        verbose_name_plural = _("refund events")


from shop.payments.gateways.sandbox.models import SandboxRefund, SandboxTrade  # noqa: E402, F401
