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
