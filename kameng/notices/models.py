from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kameng.notices.events import Channel
from kameng.notices.kinds import kind_in_words


class Notification(models.Model):
    """Word to one person about one event, by mail and for members in the shop; written in the transaction of the event."""

    key = models.CharField(_("key"), max_length=120, unique=True, help_text=_("One message per key, ever."))
    event = models.CharField(_("event"), max_length=40)
    # What it is a part of, opaque: fresh messages of one thread may go out as one mail.
    thread = models.CharField(_("thread"), max_length=40, blank=True, default="")
    # Found by `notification_of_member`, in the order of the page.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("user"),
    )
    address = models.EmailField(_("address"))
    locale = models.CharField(_("language"), max_length=10)
    context = models.JSONField(_("context"), default=dict)
    created_at = models.DateTimeField(_("created"))
    next_try_at = models.DateTimeField(_("next try"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    # The message whose mail tells this one too.
    told_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="tells", verbose_name=_("told in the mail of")
    )
    # No mail: its reader wants none of these, or what it announces is there already.
    unneeded = models.BooleanField(_("no mail needed"), default=False)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at=None), name="notification_due"),
            models.Index(fields=["thread"], condition=~models.Q(thread=""), name="notification_of_thread"),
            models.Index(fields=["user", "id"], condition=models.Q(user__isnull=False), name="notification_of_member"),
            models.Index(fields=["user"], condition=models.Q(user__isnull=False, read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.key


class Silence(models.Model):
    """A member wants no word of this event on this channel. Without such a row they want it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="silences", verbose_name=_("user"))
    event = models.CharField(_("event"), max_length=40)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)

    class Meta:
        verbose_name = _("turned off notification")
        verbose_name_plural = _("turned off notifications")
        constraints = [models.UniqueConstraint(fields=["user", "event", "channel"], name="silence_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.channel}"


class Alarm(models.Model):
    """Something that a person of the platform must see; raised once a key, open until somebody closes it."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=80)
    text = models.CharField(_("what happened"), max_length=300)
    raised_at = models.DateTimeField(_("raised"))
    times = models.PositiveIntegerField(_("times"), default=1)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        indexes = [models.Index(fields=["raised_at"], condition=models.Q(closed_at=None), name="alarm_open")]

    def __str__(self) -> str:
        return f"{kind_in_words(self.kind)} · {self.subject}"
