import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from kameng.lib import ids, money
from kameng.lib.transitions import StateEvent, Stateful, edges
from shop.catalog.models import Kind, Mode, Sku
from shop.inventory.models import Reservation, StockUnit
from shop.merchants.models import Merchant


class OrderStatus(models.TextChoices):
    PENDING = "PENDING", _("Awaiting payment")
    PAID = "PAID", _("Paid")
    EXPIRED = "EXPIRED", _("Expired")
    CANCELED = "CANCELED", _("Cancelled")
    COMPLETED = "COMPLETED", _("Completed")


class LineStatus(models.TextChoices):
    RESERVED = "RESERVED", _("Reserved")
    RELEASED = "RELEASED", _("Released")
    PAID = "PAID", _("Paid")
    ON_HOLD = "ON_HOLD", _("On hold")
    VERIFIED = "VERIFIED", _("Verified")
    DELIVERING = "DELIVERING", _("Delivering")
    SHIPPED = "SHIPPED", _("Shipped")
    DELIVERED = "DELIVERED", _("Delivered")
    COMPLETED = "COMPLETED", _("Completed")
    REFUNDED = "REFUNDED", _("Refunded")


#: A line in one of these will not change by the clock any more.
FINAL_LINES = (LineStatus.COMPLETED, LineStatus.REFUNDED, LineStatus.RELEASED)
#: Paid, and neither goods nor money back yet.
WAITING_LINES = (LineStatus.PAID, LineStatus.ON_HOLD, LineStatus.VERIFIED, LineStatus.DELIVERING)


class Order(Stateful):
    """The unit of payment. A guest's order is reached by its token, a member's by signing in."""

    EDGES = edges(PENDING="PAID EXPIRED CANCELED", EXPIRED="PAID", PAID="COMPLETED CANCELED", CANCELED="", COMPLETED="")

    number = models.CharField(_("number"), max_length=16, unique=True, default=ids.order_number)
    nonce = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=32, unique=True, default=ids.capability)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="orders", verbose_name=_("member")
    )
    email = models.EmailField(_("e-mail"))
    locale = models.CharField(_("language"), max_length=10)
    device = models.CharField(_("device"), max_length=64, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=OrderStatus.choices, default=OrderStatus.PENDING)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.PositiveBigIntegerField(_("total"))
    # An intention only: no money moves until the order can be paid in full.
    wallet_share = models.PositiveBigIntegerField(_("from the wallet"), default=0)
    placed_at = models.DateTimeField(_("placed"))
    reserved_until = models.DateTimeField(_("reserved until"))
    extended = models.BooleanField(_("extended"), default=False)
    paid_at = models.DateTimeField(_("paid"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    # Set when money arrives: until it is cleared, somebody still has to try to make the order paid.
    pay_due_at = models.DateTimeField(_("to be settled at"), null=True)
    # Set when money may stay on the order's account: somebody looks at it then.
    rest_due_at = models.DateTimeField(_("leftover looked at"), null=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["placed_at"], name="order_by_time"),
            models.Index(fields=["reserved_until"], condition=Q(status="PENDING"), name="order_unpaid"),
            models.Index(fields=["pay_due_at"], condition=Q(pay_due_at__isnull=False), name="order_to_pay"),
            models.Index(fields=["rest_due_at"], condition=Q(rest_due_at__isnull=False), name="order_with_rest"),
            models.Index(Upper("email"), condition=Q(status="PENDING"), name="order_unpaid_contact"),
            models.Index(Upper("email"), condition=Q(user=None), name="order_of_guest"),
            models.Index(fields=["device"], condition=Q(status="PENDING"), name="order_unpaid_device"),
            models.Index(fields=["address"], condition=Q(status="PENDING"), name="order_unpaid_address"),
        ]

    def __str__(self) -> str:
        return self.shown_number

    @property
    def shown_number(self) -> str:
        return ids.shown(self.number)

    @property
    def owner(self) -> str:
        """The opaque owner of this order's account."""
        return f"order:{self.pk}"

    @property
    def holder(self) -> str:
        """Whose claims these are: the member's, or the guest's by contact."""
        return f"user:{self.user_id}" if self.user_id else f"mail:{ids.contact_key(self.email)}"


class OrderEvent(StateEvent):
    """One step of an order. Append-only."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events", verbose_name=_("order"))

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")


class OrderLine(Stateful):
    """The unit of delivery, refund and escrow; it carries the terms it was sold under."""

    EDGES = edges(
        RESERVED="PAID RELEASED",
        RELEASED="PAID",
        PAID="VERIFIED ON_HOLD REFUNDED",
        ON_HOLD="VERIFIED REFUNDED",
        VERIFIED="DELIVERING DELIVERED REFUNDED",
        DELIVERING="VERIFIED SHIPPED DELIVERED REFUNDED",
        SHIPPED="DELIVERED REFUNDED",
        DELIVERED="COMPLETED REFUNDED",
        COMPLETED="REFUNDED",
        REFUNDED="",
    )

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="lines", verbose_name=_("SKU"))
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="lines", verbose_name=_("merchant"))
    reservation = models.OneToOneField(
        Reservation, models.PROTECT, null=True, related_name="line", verbose_name=_("reservation")
    )
    # What its buyer chose, where no two units are alike, and how it was described then.
    unit = models.ForeignKey(
        StockUnit, models.PROTECT, null=True, related_name="lines", verbose_name=_("chosen unit"), db_index=False
    )
    description = models.CharField(_("public description"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=LineStatus.choices, default=LineStatus.RESERVED)
    title = models.CharField(_("title"), max_length=80)
    face = models.CharField(_("face value"), max_length=41)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    mode = models.CharField(_("delivery"), max_length=20, choices=Mode.choices)
    # What the buyer typed for it, as stored and confirmed: a list of {key, label, type, value, shown}.
    recipient = models.JSONField(_("recipient"), default=list, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.PositiveBigIntegerField(_("unit price"))
    total = models.PositiveBigIntegerField(_("total"))
    commission_bps = models.PositiveSmallIntegerField(_("commission"))
    promise_seconds = models.PositiveIntegerField(_("promised within"))
    refund_seconds = models.PositiveIntegerField(_("money back after"))
    complaint_seconds = models.PositiveIntegerField(_("complaint window"))
    delivered = models.PositiveIntegerField(_("delivered"), default=0)
    refunded_quantity = models.PositiveIntegerField(_("refunded, never delivered"), default=0)
    reversed_quantity = models.PositiveIntegerField(_("delivered, then refunded"), default=0)
    refunded_amount = models.PositiveBigIntegerField(_("refunded"), default=0)
    # The number of the journal that paid it: grows with payment, so that first paid is first served and the ledger proves it.
    paid_seq = models.PositiveBigIntegerField(_("place in the queue"), null=True)
    paid_at = models.DateTimeField(_("paid"), null=True)
    promised_by = models.DateTimeField(_("promised by"), null=True)
    refund_by = models.DateTimeField(_("refunded by"), null=True)
    verified_at = models.DateTimeField(_("verified"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    complaint_by = models.DateTimeField(_("complaint window ends"), null=True)
    completed_at = models.DateTimeField(_("completed"), null=True)
    refunded_at = models.DateTimeField(_("refunded"), null=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], condition=Q(unit=None), name="line_once_a_sku"),
            models.UniqueConstraint(fields=["order", "unit"], condition=Q(unit__isnull=False), name="line_once_a_unit"),
            models.CheckConstraint(condition=Q(unit=None) | Q(quantity=1), name="line_of_one_chosen_unit"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_of_something"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("delivered") + F("refunded_quantity")), name="line_not_more_than_sold"
            ),
            models.CheckConstraint(condition=Q(reversed_quantity__lte=F("delivered")), name="line_reversed_was_delivered"),
            models.CheckConstraint(condition=Q(refunded_amount__lte=F("total")), name="line_refund_at_most_total"),
        ]
        indexes = [
            models.Index(fields=["sku", "paid_seq"], condition=Q(status="PAID"), name="line_to_verify"),
            models.Index(fields=["refund_by"], condition=Q(status__in=WAITING_LINES), name="line_on_the_clock"),
            models.Index(fields=["complaint_by"], condition=Q(status="DELIVERED"), name="line_to_complete"),
            models.Index(fields=["sku", "delivered_at"], condition=Q(delivered_at__isnull=False), name="line_delivered"),
            models.Index(fields=["merchant", "paid_at"], condition=Q(paid_at__isnull=False), name="line_sold"),
            models.Index(fields=["delivered_at"], condition=Q(delivered_at__isnull=False), name="line_delivered_lately"),
            models.Index(fields=["refunded_at"], condition=Q(refunded_at__isnull=False), name="line_refunded_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.called} × {self.quantity}"

    @property
    def called(self) -> str:
        """What was bought, with what tells its unit from the others where no two are alike."""
        return f"{self.title} {self.face} · {self.description}" if self.description else f"{self.title} {self.face}"

    @property
    def ref(self) -> str:
        """The opaque reference of this line's escrow hold."""
        return f"line:{self.pk}"

    @property
    def counted(self) -> bool:
        """It was sold from a number of pieces, not from secrets in stock."""
        return self.mode != Mode.AUTO

    @property
    def waiting_quantity(self) -> int:
        """What is neither delivered nor refunded of it."""
        return self.quantity - self.delivered - self.refunded_quantity

    @property
    def undelivered_amount(self) -> int:
        """Minor units of what was not delivered of it: units are delivered, and so paid for, in order."""
        return sum(money.split(self.total, self.quantity)[self.delivered :])

    def complaint_end(self, delivered_at: dt.datetime) -> dt.datetime:
        """When the complaint window of what is delivered now is over."""
        return delivered_at + dt.timedelta(seconds=self.complaint_seconds)

    @property
    def merchant_owner(self) -> str:
        """The opaque owner of its merchant's accounts, without reading the merchant."""
        return f"merchant:{self.merchant_id}"


class LineEvent(StateEvent):
    """One step of a line. Append-only."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="events", verbose_name=_("line"))

    class Meta:
        verbose_name = _("line event")
        verbose_name_plural = _("line events")


class LookUp(models.Model):
    """Somebody wants the link of an order: a number and the name of an address, as typed; gone as soon as it is answered."""

    number = models.CharField(_("number"), max_length=16)
    contact = models.CharField(_("contact"), max_length=64)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")

    def __str__(self) -> str:
        return str(self.pk)
