"""Asking again, before something that cannot be taken back, for who somebody is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from kameng.accounts.proofs import RECENT, exempt, proved_recently

View = Callable[..., HttpResponse]


def ask_again(request: HttpRequest, *, back: str = "", within: float = RECENT) -> HttpResponseRedirect | None:
    """None when the person showed who they are within so many seconds; else the way to where they do, and back.

    What was sent is not kept: it may hold secrets, and sessions are stored in the clear. So ask before a form is shown, and
    once more when it comes. `back` is the page to return to, where it is not this one.
    """
    user = request.user
    if user.is_authenticated and (exempt(user) or proved_recently(request, within)):
        return None
    to = back or (request.get_full_path() if request.method == "GET" else reverse("home"))
    return HttpResponseRedirect(f"{reverse('prove')}?{urlencode({'next': to})}")


def asks_again(view: View) -> View:
    """A view for those who showed within ten minutes who they are; a view of its own address, for GET and POST."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return ask_again(request, back=request.path if request.method != "GET" else "") or view(request, *args, **kwargs)

    return wrapped
