"""The admin's door: staff come in with a second factor, shown lately enough, and with nothing less."""

import time
from collections.abc import Callable
from enum import Enum

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from kameng.accounts.proofs import exempt, second_factor_at

#: Seconds without a page of the admin after which the second factor is asked for again, and for how long it holds at all.
IDLE = 30 * 60
AT_MOST = 12 * 3600
#: Pages of the admin come by the dozen: the session is written once in so many seconds, not for each of them.
EVERY = 60
SEEN = "desk_seen"


class Standing(Enum):
    """How the session stands before the admin."""

    OPEN = "open"
    ASK = "ask"


def standing(request: HttpRequest) -> Standing:
    """Whether a member of the staff may go on in the admin with what this session has shown."""
    user = request.user
    if not user.is_authenticated or exempt(user):
        return Standing.OPEN
    shown = second_factor_at(request)
    if shown is None:
        return Standing.ASK
    now = time.time()
    used = max(shown, request.session.get(SEEN, 0.0))
    return Standing.OPEN if now - used <= IDLE and now - shown <= AT_MOST else Standing.ASK


class StaffDoor:
    """Middleware: whoever of the staff has not shown a second factor gets no page of the admin, whatever its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")) or _signing_out(request):
            return self.get_response(request)
        user = request.user
        # Nobody else gets anything there: the admin itself sends them to its sign-in.
        if not user.is_authenticated or not user.is_staff:
            return self.get_response(request)
        if standing(request) is Standing.ASK:
            return HttpResponseRedirect(asking(request))
        _note(request)
        return self.get_response(request)


def asking(request: HttpRequest) -> str:
    """The address that asks for the second factor and leads back; a form that was sent is not kept, as it may hold secrets."""
    back = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    return f"{reverse('second_factor')}?{urlencode({'next': back})}"


def _signing_out(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path == reverse("admin:logout")


def _note(request: HttpRequest) -> None:
    now = time.time()
    if not exempt(request.user) and now - request.session.get(SEEN, 0.0) > EVERY:  # type: ignore[arg-type]
        request.session[SEEN] = now
