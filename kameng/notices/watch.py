"""Word to the platform's people of what comes in numbers: one is nothing, many within a short time are somebody's plan."""

import datetime as dt
from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext as _

from kameng.lib import clock
from kameng.lib.limits import FAILED_SIGN_INS, OPENED_BY
from kameng.lib.rates import take
from kameng.notices.alarms import raise_alarm_calmly
from kameng.notices.kinds import AlarmKind
from kameng.notices.models import Alarm


def connect() -> None:
    """Called once, when the apps are ready."""
    user_login_failed.connect(sign_in_failed, dispatch_uid="kameng.notices.watch")


def sign_in_failed(**_credentials: Any) -> None:
    """Count a wrong password, whoever it was for and wherever it came from; too many in this process raise an alarm."""
    now = clock.now()
    if not take(FAILED_SIGN_INS, "all", now):
        return
    said = _("More than %(n)d sign-ins failed within %(minutes)d minutes: somebody may be trying passwords.")
    told = {"n": FAILED_SIGN_INS.most, "minutes": FAILED_SIGN_INS.within.total_seconds() // 60}
    _raise("sign-ins", AlarmKind.SIGN_INS_FAIL, "accounts", said % told, now)


def opened_secrets(*, who: str, now: dt.datetime) -> None:
    """Count that a person opened secrets, however many at once; too often within an hour raises an alarm."""
    if not take(OPENED_BY, who, now):
        return
    said = _("Opened secrets more than %(n)d times within an hour. The audit log says which, and from where.")
    _raise(f"opened:{who}", AlarmKind.MANY_OPENED, who, said % {"n": OPENED_BY.most}, now)


def _raise(key: str, kind: AlarmKind, subject: str, text: str, now: dt.datetime) -> None:
    raise_alarm_calmly(Alarm(key=key, kind=kind, subject=subject, text=text[:300], raised_at=now, times=1))
