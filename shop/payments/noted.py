"""The rows that notices leave: one for each verified event, and a short log of those that were refused."""

import datetime as dt
import logging

from django.urls import reverse
from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.lib.flood import Flood
from kameng.notices.alarms import raise_alarm, raise_alarm_calmly
from kameng.notices.kinds import AlarmKind
from kameng.notices.models import Alarm
from shop.payments.gateways.base import Event, RawNotice
from shop.payments.models import GatewayAccount, Notice, Payment, RefusedNotice, Verdict

#: So many refused notices are kept: a flood of forged ones fills no disk.
KEPT = 1_000
#: And so many a minute for one account, by one process: a flood costs no writes, and pushes no other notice out of the log.
KEPT_A_MINUTE = 10
LONGEST_BODY = 1_000

unread = Flood(KEPT_A_MINUTE)
security = logging.getLogger("kameng.security")


def draft(account: GatewayAccount, event: Event, raw: RawNotice) -> Notice:
    """The row of a verified event, not saved: its verdict comes with its effect, in one transaction."""
    return Notice(account=account, event=event.event, body=_printable(raw.body), received_at=raw.received_at)


def store(notice: Notice, verdict: Verdict, *, payment: Payment | None = None, reason: str = "") -> None:
    """Save the row with what became of it; the first one of an event stands. Inner step."""
    notice.verdict, notice.payment, notice.reason = verdict, payment, reason[:200]
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def quarantine(notice: Notice, *, payment: Payment | None, reason: str, now: dt.datetime) -> None:
    """Store a verified notice that fits no payment of ours, and raise it: no credit, no delivery."""
    with failpoints.commit("quarantine"):
        store(notice, Verdict.QUARANTINED, payment=payment, reason=reason)
        raise_alarm(
            key=f"notice:{notice.account_id}:{notice.event}",
            kind="notice-quarantined",
            subject=f"account:{notice.account.public_id}",
            text=_("A genuine notice fits no payment, and was not credited: %(reason)s") % {"reason": reason},
            now=now,
        )


def refuse(*, account: GatewayAccount, raw: RawNotice, address: str, why: AlarmKind, reason: str) -> None:
    """Log a notice that cannot be trusted: truncated, the first of each minute, only the newest KEPT.

    `why` is the kind of the alarm that counts the others, once a minute while they come: a flood of one kind hides no other.
    """
    if not unread.keeps(_bucket(account, why), raw.received_at):
        return
    security.warning("refused a notice for %s from %s: %s", account.public_id, address or "?", reason)
    with failpoints.commit("refuse"):
        RefusedNotice.objects.create(
            path=reverse("notify", args=[account.public_id]),
            address=address,
            body=_printable(raw.body[:LONGEST_BODY])[:LONGEST_BODY],
            reason=reason[:200],
            received_at=raw.received_at,
        )
        _forget_old()
        _tell(account, why, reason, raw.received_at)


def _tell(account: GatewayAccount, why: AlarmKind, reason: str, now: dt.datetime) -> None:
    count = unread.untold(_bucket(account, why))
    said = {
        AlarmKind.NOTICE_REFUSED: _("Somebody sent a notice of payment that cannot be trusted: %(reason)s"),
        AlarmKind.GATEWAY_UNUSABLE: _(
            "Notices of payment cannot be read, because our own settings of this gateway fail: %(reason)s"
        ),
    }
    alarm = Alarm(
        key=f"{_bucket(account, why)}:notices",
        kind=why,
        subject=f"account:{account.public_id}",
        text=(said[why] % {"reason": reason[:150]})[:300],
        times=count,
        raised_at=now,
    )
    if raise_alarm_calmly(alarm):
        unread.told(_bucket(account, why), count)


def _bucket(account: GatewayAccount, why: AlarmKind) -> str:
    return f"{why}:{account.public_id}"


def _forget_old() -> None:
    oldest = RefusedNotice.objects.order_by("-pk").values_list("pk", flat=True)[KEPT - 1 : KEPT].first()
    if oldest is not None:
        RefusedNotice.objects.filter(pk__lt=oldest).delete()


def _printable(body: bytes) -> str:
    """As text that every database takes: NUL and broken characters are written out."""
    return body.decode(errors="backslashreplace").replace("\0", "\\x00")
