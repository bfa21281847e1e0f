import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kameng.lib.transitions import StateEvent, Stateful, edges
from shop.merchants.models import Merchant


class Act(models.TextChoices):
    """What takes two people."""

    EXPORT = "export", _("Export of a batch's secrets")
    REFUND = "refund", _("Refund by hand")


class ApprovalStatus(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("approval", "Waits for a second person")
    APPROVED = "APPROVED", pgettext_lazy("approval", "Approved")
    REFUSED = "REFUSED", pgettext_lazy("approval", "Refused")
    USED = "USED", pgettext_lazy("approval", "Done")


class Approval(Stateful):
    """Somebody asks, somebody else approves, and the first one does it once; all of that before `ends_at`.

    What is past it has lapsed, whatever its status: no clock needs to run for that.
    """

    EDGES = edges(ASKED="APPROVED REFUSED", APPROVED="USED", REFUSED="", USED="")

    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    #: Nobody, where it is about something of the platform.
    merchant = models.ForeignKey(
        Merchant,
        models.PROTECT,
        null=True,
        related_name="approvals",
        verbose_name=_("merchant"),
    )
    subject = models.CharField(_("subject"), max_length=80)
    detail = models.CharField(_("of it"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ApprovalStatus.choices, default=ApprovalStatus.ASKED)
    reason = models.CharField(_("reason"), max_length=150)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("second person"), max_length=64, blank=True)
    ends_at = models.DateTimeField(_("lapses"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="approval_by_another_person")]
        indexes = [models.Index(fields=["act", "subject", "status"], name="approval_of")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.subject}"

    def open(self, now: dt.datetime) -> bool:
        """Whether somebody may still approve or use it."""
        return self.status in (ApprovalStatus.ASKED, ApprovalStatus.APPROVED) and now < self.ends_at


class ApprovalEvent(StateEvent):
    """One step of an approval. Append-only."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="events", verbose_name=_("approval"))

    class Meta:
        verbose_name = _("approval event")
        verbose_name_plural = _("approval events")
