from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One sensitive act. Append-only; each row carries the hash of the one before, so that a gap or a change shows."""

    sequence = models.PositiveBigIntegerField(_("sequence"), unique=True)
    at = models.DateTimeField(_("at"))
    act = models.CharField(_("act"), max_length=40)
    actor = models.CharField(_("by"), max_length=64)
    role = models.CharField(_("role"), max_length=20)
    subject = models.CharField(_("subject"), max_length=80, db_index=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    agent = models.CharField(_("user agent"), max_length=200, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return f"{self.sequence} {self.act} {self.subject}"
