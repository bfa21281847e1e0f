from django.db import models
from django.utils.translation import gettext_lazy as _


class SandboxTrade(models.Model):
    """The sandbox's own books: what it believes was paid and refunded, as a real gateway's side would."""

    number = models.CharField(_("our number"), max_length=32, unique=True)
    trade_no = models.CharField(_("gateway's number"), max_length=64, unique=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    paid = models.PositiveBigIntegerField(_("paid"), null=True)
    failed = models.BooleanField(_("failed"), default=False)
    closed = models.BooleanField(_("closed"), default=False)
    refunds = models.JSONField(_("refunds"), default=dict)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        app_label = "payments"
        verbose_name = _("sandbox trade")
        verbose_name_plural = _("sandbox trades")

    def __str__(self) -> str:
        return self.trade_no
