from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kameng.audit.models import Entry as AuditEntry
from kameng.lib.transitions import StateEvent, Stateful, edges
from shop.catalog.models import Kind
from shop.inventory.models import StockUnit
from shop.orders.models import OrderLine

#: What buyers get of these is a secret that they read; of the other kinds it is something done for them.
READ = (Kind.CARD_KEY, Kind.ACCOUNT)


class FulfillmentStatus(models.TextChoices):
    WAITING = "WAITING", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    RETRY = "RETRY", _("Will be tried again")
    NEEDS_ATTENTION = "NEEDS_ATTENTION", _("Needs attention")
    DELIVERED = "DELIVERED", _("Delivered")
    CANCELED = "CANCELED", _("Cancelled")


#: The dispatcher may take these up.
DISPATCHABLE = (FulfillmentStatus.WAITING, FulfillmentStatus.RETRY)


class Fulfillment(Stateful):
    """The act of delivering one line; it follows the line, which alone decides."""

    EDGES = edges(
        WAITING="RUNNING CANCELED",
        RUNNING="DELIVERED RETRY NEEDS_ATTENTION WAITING CANCELED",
        RETRY="RUNNING DELIVERED CANCELED",
        NEEDS_ATTENTION="RUNNING DELIVERED CANCELED",
        DELIVERED="",
        CANCELED="",
    )

    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="fulfillment", verbose_name=_("line"))
    status = models.CharField(
        _("status"), max_length=16, choices=FulfillmentStatus.choices, default=FulfillmentStatus.WAITING
    )
    paid_seq = models.PositiveBigIntegerField(_("place in the queue"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    # By hand: who works on it, and until when it is theirs.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken up by")
    )
    taken_until = models.DateTimeField(_("theirs until"), null=True, blank=True)
    note = models.CharField(_("note to the buyer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("fulfillment")
        verbose_name_plural = _("fulfillments")
        indexes = [
            models.Index(fields=["paid_seq", "next_try_at"], condition=Q(status__in=DISPATCHABLE), name="fulfillment_due"),
            models.Index(fields=["taken_until"], condition=Q(taken_until__isnull=False), name="fulfillment_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.status}"


class HandDelivery(Fulfillment):
    """A fulfillment as the people see it who deliver by hand or hand parcels over."""

    class Meta:
        proxy = True
        verbose_name = _("delivery by hand")
        verbose_name_plural = _("deliveries by hand")


class FulfillmentEvent(StateEvent):
    """One step of a fulfillment. Append-only."""

    fulfillment = models.ForeignKey(Fulfillment, models.CASCADE, related_name="events", verbose_name=_("fulfillment"))

    class Meta:
        verbose_name = _("fulfillment event")
        verbose_name_plural = _("fulfillment events")


class ShipmentStatus(models.TextChoices):
    TO_SHIP = "TO_SHIP", _("To be handed over")
    IN_TRANSIT = "IN_TRANSIT", _("On its way")
    STALLED = "STALLED", _("Late, a person looks into it")
    DELIVERED = "DELIVERED", _("Received")
    LOST = "LOST", _("Lost")
    RETURNED = "RETURNED", _("Returned")


class Shipment(Stateful):
    """One parcel for one line: courier and number, and by when it should have arrived."""

    EDGES = edges(
        TO_SHIP="IN_TRANSIT",
        IN_TRANSIT="DELIVERED STALLED LOST RETURNED",
        STALLED="IN_TRANSIT DELIVERED LOST RETURNED",
        DELIVERED="",
        LOST="",
        RETURNED="",
    )

    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="shipment", verbose_name=_("line"))
    status = models.CharField(_("status"), max_length=12, choices=ShipmentStatus.choices, default=ShipmentStatus.TO_SHIP)
    courier = models.CharField(_("courier"), max_length=40, blank=True)
    number = models.CharField(_("tracking number"), max_length=40, blank=True)
    shipped_at = models.DateTimeField(_("handed over"), null=True)
    # Past it a person looks for the parcel; money never goes back by the clock while it is on its way.
    arrives_by = models.DateTimeField(_("should arrive by"), null=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        indexes = [
            models.Index(fields=["arrives_by"], condition=Q(status="IN_TRANSIT"), name="shipment_on_its_way"),
        ]

    def __str__(self) -> str:
        return f"{self.courier} {self.number}".strip() or f"{self.line_id}"


class ShipmentEvent(StateEvent):
    """One step of a shipment. Append-only."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="events", verbose_name=_("shipment"))

    class Meta:
        verbose_name = _("shipment event")
        verbose_name_plural = _("shipment events")


class Reveal(models.Model):
    """A secret was shown to somebody; the audit entry says to whom and why."""

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="reveals", verbose_name=_("line"))
    unit = models.ForeignKey(StockUnit, models.PROTECT, related_name="reveals", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="+", verbose_name=_("audit entry"))

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at:%F %T}"
