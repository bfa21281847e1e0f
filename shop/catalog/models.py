import datetime as dt
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kameng.lib.inputs.specs import FieldSpec, load
from shop.merchants.models import Merchant

HOUR = 3600


class Category(models.Model):
    """A shelf of the shop; its commission applies to what is sold from it."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    glyph = models.CharField(_("glyph"), max_length=2)
    face = models.CharField(
        _("card colour"), max_length=10, default="game", help_text=_("Colour and pattern family of its card faces.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    commission_bps = models.PositiveSmallIntegerField(_("commission"), default=0, help_text=_("In hundredths of a percent."))

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [models.CheckConstraint(condition=Q(commission_bps__lte=10_000), name="commission_at_most_all")]

    def __str__(self) -> str:
        return self.name


class Listing(models.Model):
    """The page of a product; what is sold are its SKUs."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="listings", verbose_name=_("merchant"))
    category = models.ForeignKey(Category, models.PROTECT, related_name="listings", verbose_name=_("category"))
    title = models.CharField(_("title"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    brand = models.CharField(_("name on the card"), max_length=20)
    glyph = models.CharField(_("glyph"), max_length=2)
    region = models.CharField(_("region"), max_length=20, blank=True)
    warning = models.CharField(_("warning above the button"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)
    instructions = models.TextField(_("how to use it"), blank=True, help_text=_("One step a line."))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        indexes = [models.Index(fields=["category", "-published_at"], name="listing_shelf")]

    def __str__(self) -> str:
        return self.title


class Kind(models.TextChoices):
    CARD_KEY = "CARD_KEY", _("Card key")
    TOP_UP = "TOP_UP", _("Top-up")
    ACCOUNT = "ACCOUNT", pgettext_lazy("kind of goods", "Account")
    MEMBERSHIP = "MEMBERSHIP", _("Membership")
    PHYSICAL = "PHYSICAL", _("Physical card")


class Mode(models.TextChoices):
    AUTO = "AUTO", _("Automatic")
    MANUAL = "MANUAL", pgettext_lazy("delivery", "By hand")
    SHIPMENT = "SHIPMENT", _("By courier")


#: How each kind can be delivered.
MODES: dict[str, tuple[Mode, ...]] = {
    Kind.CARD_KEY: (Mode.AUTO, Mode.MANUAL),
    Kind.TOP_UP: (Mode.MANUAL,),
    Kind.ACCOUNT: (Mode.AUTO, Mode.MANUAL),
    Kind.MEMBERSHIP: (Mode.AUTO, Mode.MANUAL),
    Kind.PHYSICAL: (Mode.SHIPMENT,),
}


class Sku(models.Model):
    """What is sold: price, kind, delivery mode, promise and limits. Prices are minor units, times are seconds."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="skus", verbose_name=_("listing"))
    value = models.CharField(_("face value"), max_length=20)
    unit = models.CharField(_("unit of the face value"), max_length=20, blank=True)
    price = models.PositiveBigIntegerField(_("price"), help_text=_("In minor units (fen)."))
    list_price = models.PositiveBigIntegerField(_("crossed-out price"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.CARD_KEY)
    mode = models.CharField(_("delivery"), max_length=20, choices=Mode.choices, default=Mode.AUTO)
    promise_seconds = models.PositiveIntegerField(_("promised within"), default=60, help_text=_("Seconds from payment."))
    refund_seconds = models.PositiveIntegerField(
        _("money back after"), default=HOUR // 2, help_text=_("Seconds from payment to the automatic refund.")
    )
    complaint_seconds = models.PositiveIntegerField(
        _("complaint window"), default=24 * HOUR, help_text=_("Seconds from delivery until the money is released.")
    )
    uses = models.PositiveSmallIntegerField(
        _("uses per secret"), default=1, help_text=_("How many buyers one secret serves.")
    )
    max_quantity = models.PositiveIntegerField(_("at most per order"), default=100)
    unpaid_limit = models.PositiveIntegerField(
        _("unpaid units per buyer"),
        null=True,
        blank=True,
        help_text=_("Empty: the larger of 5 and a tenth of what is sellable."),
    )
    recipient_fields = models.JSONField(
        _("recipient fields"), default=list, blank=True, help_text=_("What a buyer fills in, so that it can be delivered.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    on_sale = models.BooleanField(_("on sale"), default=True)

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        constraints = [
            models.UniqueConstraint(fields=["listing", "value", "unit"], name="sku_once_a_listing"),
            models.CheckConstraint(condition=Q(price__gte=1), name="sku_costs_something"),
            models.CheckConstraint(
                condition=Q(promise_seconds__gte=1) & Q(refund_seconds__gte=F("promise_seconds")),
                name="sku_promise_before_refund",
            ),
            models.CheckConstraint(condition=Q(uses__gte=1), name="sku_secret_used_at_least_once"),
            models.CheckConstraint(condition=Q(max_quantity__gte=1), name="sku_sells_at_least_one"),
            models.CheckConstraint(condition=Q(uses=1) | Q(max_quantity=1), name="sku_shared_secret_one_an_order"),
            models.CheckConstraint(condition=Q(uses=1) | Q(mode=Mode.AUTO), name="sku_shared_secret_from_stock"),
            models.CheckConstraint(
                condition=reduce(or_, (Q(kind=kind, mode__in=modes) for kind, modes in MODES.items())),
                name="sku_kind_fits_mode",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing.title} {self.face}"

    @property
    def face(self) -> str:
        """The face value as shown: 648 灵石."""
        return f"{self.value} {self.unit}".strip()

    @property
    def promise(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.promise_seconds)

    @property
    def asks(self) -> tuple[FieldSpec, ...]:
        """The fields that a buyer fills in; raises ValidationError where what is stored is none any more."""
        return load(self.recipient_fields) if self.recipient_fields else ()

    @property
    def told_fields(self) -> tuple[FieldSpec, ...]:
        """The same; none where what is stored is none any more."""
        try:
            return self.asks
        except ValidationError:
            return ()

    @property
    def can_ask(self) -> bool:
        """It asks for nothing, or for fields that are still known: else nobody could fill them in."""
        return bool(self.told_fields) or not self.recipient_fields

    @property
    def counted(self) -> bool:
        """Its stock is a number of pieces; else it is secrets, one row a use."""
        return self.mode != Mode.AUTO

    @property
    def by_unit(self) -> bool:
        """No two of its units are alike: each has a public description, and its buyers choose one."""
        return self.kind == Kind.ACCOUNT and self.mode == Mode.AUTO and self.uses == 1


class PriceTier(models.Model):
    """A unit price from a quantity on."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="tiers", verbose_name=_("SKU"))
    from_quantity = models.PositiveIntegerField(_("from"))
    unit_price = models.PositiveBigIntegerField(_("unit price"), help_text=_("In minor units (fen)."))

    class Meta:
        verbose_name = _("price tier")
        verbose_name_plural = _("price tiers")
        constraints = [
            models.UniqueConstraint(fields=["sku", "from_quantity"], name="tier_once"),
            models.CheckConstraint(condition=Q(from_quantity__gte=2) & Q(unit_price__gte=1), name="tier_makes_sense"),
        ]

    def __str__(self) -> str:
        return f"{self.from_quantity}+"


class SkuStats(models.Model):
    """Delivery times of the last 30 days, measured from delivered lines; written from above."""

    sku = models.OneToOneField(Sku, models.CASCADE, related_name="stats", verbose_name=_("SKU"))
    delivered = models.PositiveIntegerField(_("lines delivered"), default=0)
    on_time = models.PositiveIntegerField(_("of them on time"), default=0)
    refunded_late = models.PositiveIntegerField(_("refunded at the deadline"), default=0)
    median_ms = models.PositiveBigIntegerField(_("median, milliseconds"), null=True)
    p90_ms = models.PositiveBigIntegerField(_("90th percentile, milliseconds"), null=True)
    measured_at = models.DateTimeField(_("measured"))

    class Meta:
        verbose_name = _("delivery figures")
        verbose_name_plural = _("delivery figures")

    def __str__(self) -> str:
        return f"{self.sku_id}"
