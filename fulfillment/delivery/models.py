from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kameng.audit.models import Entry as AuditEntry
from kameng.lib.transitions import StateEvent, Stateful, edges
from shop.inventory.models import StockUnit
from shop.orders.models import OrderLine


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

    class Meta:
        verbose_name = _("fulfillment")
        verbose_name_plural = _("fulfillments")
        indexes = [
            models.Index(fields=["paid_seq", "next_try_at"], condition=Q(status__in=DISPATCHABLE), name="fulfillment_due"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.status}"


class FulfillmentEvent(StateEvent):
    """One step of a fulfillment. Append-only."""

    fulfillment = models.ForeignKey(Fulfillment, models.CASCADE, related_name="events", verbose_name=_("fulfillment"))

    class Meta:
        verbose_name = _("fulfillment event")
        verbose_name_plural = _("fulfillment events")


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
