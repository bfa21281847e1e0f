from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kameng.lib.crypto import Place
from kameng.lib.transitions import StateEvent, Stateful, edges
from shop.catalog.models import Sku
from shop.merchants.models import Merchant


class Secret(models.Model):
    """One card key or code, sealed; found again by a keyed fingerprint. One that may be used n times has n stock units."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+", verbose_name=_("merchant"))
    ref = models.CharField(_("reference"), max_length=32, unique=True)
    sealed = models.TextField(_("sealed"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "fingerprint"], condition=Q(withdrawn_at=None), name="secret_once_a_merchant"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def place(self) -> Place:
        """What the sealed value is bound to."""
        return Place("inventory_secret", f"merchant:{self.merchant_id}", self.ref)


class Batch(models.Model):
    """One import of stock units."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="batches", verbose_name=_("SKU"))
    created_at = models.DateTimeField(_("imported"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    source = models.CharField(_("source"), max_length=120, help_text=_("File name, or where the text came from."))
    new = models.PositiveIntegerField(_("new"), default=0)
    repeated = models.PositiveIntegerField(_("repeated in the text"), default=0)
    known = models.PositiveIntegerField(_("already in the shop"), default=0)
    malformed = models.PositiveIntegerField(_("malformed"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")

    def __str__(self) -> str:
        return f"#{self.pk} {self.source}"


class Intake(models.Model):
    """A Batch that is being taken in part by part, and what was left out of it until that is forgotten.

    It runs until `ended_at`; while it runs `done` of its `lines` are stored or known.
    """

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="intake", verbose_name=_("batch"))
    lines = models.PositiveIntegerField(_("lines"))
    done = models.PositiveIntegerField(_("lines done"), default=0)
    worked_at = models.DateTimeField(_("last worked on"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    rejects_until = models.DateTimeField(_("rejects are kept until"), null=True)

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [models.CheckConstraint(condition=Q(done__lte=models.F("lines")), name="intake_not_beyond_its_lines")]
        indexes = [
            models.Index(fields=["worked_at"], condition=Q(ended_at=None), name="intake_running"),
            models.Index(fields=["rejects_until"], condition=Q(rejects_until__isnull=False), name="intake_rejects"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.done}/{self.lines}"


class IntakePart(models.Model):
    """Some lines of an Intake, sealed: still to be taken in, or left out and kept for a while for their merchant."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="parts", verbose_name=_("intake"))
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+", verbose_name=_("merchant"))
    ref = models.CharField(_("reference"), max_length=32, unique=True)
    sealed = models.TextField(_("sealed"))
    rejected = models.BooleanField(_("left out"), default=False)

    class Meta:
        verbose_name = _("part of an intake")
        verbose_name_plural = _("parts of an intake")

    def __str__(self) -> str:
        return self.ref

    @property
    def place(self) -> Place:
        """What the sealed value is bound to."""
        return Place("inventory_intakepart", f"merchant:{self.merchant_id}", self.ref)


class Reservation(models.Model):
    """A timed claim on units of a SKU; final once paid. It ends by its own time stamp, not because a job ran."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="reservations", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("quantity"))
    holder = models.CharField(_("holder"), max_length=64)
    until = models.DateTimeField(_("until"))
    final = models.BooleanField(_("final"), default=False)
    counted = models.BooleanField(_("of a capacity"), default=False)
    released_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_of_something")]
        indexes = [
            models.Index(fields=["sku", "holder"], condition=Q(final=False, released_at=None), name="reservation_open"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} × {self.quantity}"


class Capacity(models.Model):
    """The stock of a SKU without secrets: so many pieces that nobody paid for. Unpaid claims on them are Reservations."""

    sku = models.OneToOneField(Sku, models.PROTECT, related_name="capacity", verbose_name=_("SKU"))
    free = models.PositiveIntegerField(_("not paid for"), default=0)

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.free}"


class CapacityChange(models.Model):
    """Every change of a capacity: who, when, why, and how many pieces more or less. Append-only."""

    capacity = models.ForeignKey(Capacity, models.PROTECT, related_name="changes", verbose_name=_("capacity"))
    change = models.IntegerField(_("change"))
    free = models.PositiveIntegerField(_("not paid for"))
    reservation = models.ForeignKey(
        Reservation, models.PROTECT, null=True, related_name="pieces", verbose_name=_("reservation")
    )
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("by"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of capacity")
        verbose_name_plural = _("changes of capacity")

    def __str__(self) -> str:
        return f"{self.change:+d}"


class UnitStatus(models.TextChoices):
    AVAILABLE = "AVAILABLE", _("Available")
    RESERVED = "RESERVED", _("Reserved")
    ALLOCATED = "ALLOCATED", _("Allocated")
    DELIVERED = "DELIVERED", _("Delivered")
    HELD = "HELD", _("Held back")
    RETIRED = "RETIRED", _("Retired")
    DEFECTIVE = "DEFECTIVE", _("Defective")


#: Statuses in which a unit belongs to somebody.
TAKEN = (UnitStatus.RESERVED, UnitStatus.ALLOCATED, UnitStatus.DELIVERED)


class StockUnit(Stateful):
    """One use of one secret: the stock of a SKU is these rows."""

    EDGES = edges(
        AVAILABLE="RESERVED HELD RETIRED",
        RESERVED="AVAILABLE ALLOCATED HELD",
        ALLOCATED="DELIVERED AVAILABLE HELD",
        HELD="AVAILABLE RETIRED",
        DELIVERED="DEFECTIVE",
        RETIRED="",
        DEFECTIVE="",
    )
    EVENTS: ClassVar[str] = "movements"

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="units", verbose_name=_("SKU"), db_index=False)
    secret = models.ForeignKey(Secret, models.PROTECT, related_name="units", verbose_name=_("secret"))
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="units", verbose_name=_("batch"))
    # Picking by primary key walks every sold row; the order of sale is a column of its own.
    position = models.BigIntegerField(_("position"))
    # What buyers of non-standard goods choose by; never a part of the secret.
    description = models.CharField(_("public description"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=UnitStatus.choices, default=UnitStatus.AVAILABLE)
    reservation = models.ForeignKey(
        Reservation, models.PROTECT, null=True, related_name="units", verbose_name=_("reservation")
    )
    holder = models.CharField(_("holder"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("stock unit")
        verbose_name_plural = _("stock units")
        constraints = [
            models.UniqueConstraint(
                fields=["secret", "holder"], condition=Q(status__in=TAKEN), name="unit_secret_once_a_holder"
            ),
            models.CheckConstraint(
                condition=(Q(status__in=TAKEN, reservation__isnull=False) & ~Q(holder=""))
                | Q(status="DEFECTIVE")
                | (Q(reservation=None, holder="") & ~Q(status__in=TAKEN)),
                name="unit_taken_by_a_reservation",
            ),
        ]
        indexes = [
            models.Index(fields=["sku", "position"], condition=Q(status="AVAILABLE"), name="unit_free"),
            models.Index(fields=["sku", "reservation"], condition=Q(status="RESERVED"), name="unit_reserved"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Movement(StateEvent):
    """Every change of every unit: who, when, why. Append-only."""

    unit = models.ForeignKey(StockUnit, models.PROTECT, related_name="movements", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.from_status} → {self.to_status}"
