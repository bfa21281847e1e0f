import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kameng.accounts.roles import MerchantRole


class Merchant(models.Model):
    """A seller on the platform."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    glyph = models.CharField(_("glyph"), max_length=2, blank=True, help_text=_("One character shown as the shop's mark."))
    opened_at = models.DateTimeField(_("opened"))
    # Both or neither: when somebody is there for what is delivered by hand.
    opens = models.TimeField(_("opening hours from"), null=True, blank=True, help_text=_("Empty: around the clock."))
    closes = models.TimeField(_("opening hours to"), null=True, blank=True)

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None)
                | (Q(opens__isnull=False, closes__isnull=False) & ~Q(opens=F("closes"))),
                name="merchant_hours_have_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        """The opaque owner of this merchant's accounts and secrets."""
        return f"merchant:{self.pk}"


class Member(models.Model):
    """A person's role at a merchant."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="members", verbose_name=_("merchant"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=MerchantRole.choices)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["merchant", "user", "role"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.merchant} · {self.get_role_display()}"


class Scope(models.TextChoices):
    """What a key of the API may be made for."""

    STOCK_READ = "stock:read", _("read goods and stock")
    STOCK_WRITE = "stock:write", _("take secrets into stock")
    ORDERS_READ = "orders:read", _("read orders")
    ORDERS_WRITE = "orders:write", _("deliver by hand")


class ApiKey(models.Model):
    """What a program of a merchant shows instead of signing in. Its secret is nowhere: a keyed hash of it is."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="api_keys", verbose_name=_("merchant"))
    name = models.CharField(_("name"), max_length=60, help_text=_("Which program uses it, and where."))
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("allowed to"), default=list)
    created_at = models.DateTimeField(_("made"))
    # In whose name the program acts; it ends with the person's ownership.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, help_text=_("To the hour."))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects: ClassVar[models.Manager["ApiKey"]] = models.Manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_key_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown_prefix}…)"

    @property
    def shown_prefix(self) -> str:
        """How the key begins, by which it is recognised."""
        return f"km_{self.prefix}_"

    def is_live(self, now: dt.datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at


class ApiCall(models.Model):
    """What a merchant's program was answered to a call that it named, so that the same call is done once. Never a secret."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", verbose_name=_("merchant"))
    name = models.CharField(_("name"), max_length=100)
    # A keyed hash: what was sent may hold secrets that could be guessed.
    digest = models.CharField(max_length=64)
    # PostgreSQL would sort the names of a JSON column: the same answer is the same to the letter.
    answer = models.TextField(_("answer"))
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager["ApiCall"]] = models.Manager()

    class Meta:
        verbose_name = _("call of the API")
        verbose_name_plural = _("calls of the API")
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="api_call_once")]

    def __str__(self) -> str:
        return self.name
