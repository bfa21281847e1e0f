from django.db import models
from django.utils.translation import gettext_lazy as _


class SandboxTrade(models.Model):
    """The sandbox's own books: what it believes was paid, and whom it tells, as a real gateway's side would."""

    number = models.CharField(_("our number"), max_length=32, unique=True)
    trade_no = models.CharField(_("gateway's number"), max_length=64, unique=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    notify_url = models.CharField(_("address of notices"), max_length=500, blank=True)
    return_url = models.CharField(_("way back"), max_length=500, blank=True)
    paid = models.PositiveBigIntegerField(_("paid"), null=True)
    paid_at = models.DateTimeField(_("paid at"), null=True)
    failed = models.BooleanField(_("failed"), default=False)
    closed = models.BooleanField(_("closed"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        app_label = "payments"
        verbose_name = _("sandbox trade")
        verbose_name_plural = _("sandbox trades")

    def __str__(self) -> str:
        return self.trade_no


class SandboxRefund(models.Model):
    """What the sandbox gave back, under our number."""

    trade = models.ForeignKey(SandboxTrade, models.CASCADE, related_name="refunds", verbose_name=_("trade"))
    number = models.CharField(_("our number"), max_length=32, unique=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))

    class Meta:
        app_label = "payments"
        verbose_name = _("sandbox refund")
        verbose_name_plural = _("sandbox refunds")

    def __str__(self) -> str:
        return self.number
