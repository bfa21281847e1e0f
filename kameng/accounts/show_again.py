"""Asking who is signed in to show once more that it is they, before something that cannot be taken back."""

import datetime as dt

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.lib.limits import STEP_UP
from kameng.lib.rates import take
from kameng.lib.transitions import Refused

#: Who has no password has just signed in instead.
FRESH = dt.timedelta(minutes=15)


class NotShown(Refused):
    """The person did not show that it is they."""


@sensitive_variables("password")
def show_again(*, user: User, password: str, now: dt.datetime) -> None:
    """Return if the password is the person's, or, without one, they signed in just now; raises NotShown, and after five tries
    in a quarter of an hour whatever is typed.
    """
    if not user.has_usable_password():
        if user.last_login is None or user.last_login < now - FRESH:
            raise NotShown(_("Please sign in again first: you have no password, and signed in some time ago."))
        return
    wait = take(STEP_UP, str(user.pk), now)
    if wait:
        raise NotShown(_("Too many tries. Please wait %(minutes)d minutes.") % {"minutes": -(-wait // 60)})
    if not user.check_password(password):
        raise NotShown(_("This is not your password."))
