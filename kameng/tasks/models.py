"""Rows that hold the background work together: which controllers were woken, which lanes are alive, which rows fail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Wakeup(models.Model):
    """A controller by name: `pending` from the moment it is put into the queue until it begins to look for rows."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    pending = models.BooleanField(_("pending"), default=False)
    since = models.DateTimeField(_("woken at"))

    class Meta:
        verbose_name = _("wake-up")
        verbose_name_plural = _("wake-ups")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When one running lane last finished something; `instance` is host:lane:boot, so each start has a row of its own."""

    instance = models.CharField(_("instance"), max_length=160, unique=True)
    lane = models.CharField(_("lane"), max_length=32, db_index=True)
    pid = models.PositiveIntegerField(_("process group"))
    started_at = models.DateTimeField(_("started at"))
    beat_at = models.DateTimeField(_("last beat"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.instance


class FailingRow(models.Model):
    """A row that failed in a controller and was not handled since; a person heard of it after `told` attempts."""

    controller = models.CharField(_("controller"), max_length=64)
    row = models.BigIntegerField(_("row"))
    attempts = models.PositiveIntegerField(_("attempts"))
    since = models.DateTimeField(_("failing since"))
    next_try_at = models.DateTimeField(_("next try"))
    problem = models.CharField(_("problem"), max_length=80)
    told = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("failing row")
        verbose_name_plural = _("failing rows")
        constraints = [models.UniqueConstraint(fields=["controller", "row"], name="failing_row_once")]

    def __str__(self) -> str:
        return f"{self.controller} {self.row}"
