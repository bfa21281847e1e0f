"""Pages of accounts that allauth has none for."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kameng.accounts.door import Standing, standing
from kameng.accounts.proofs import enrolled, proved_recently, second_factor_at

#: Where somebody was going when a second factor was asked for; setting one up takes several pages.
BACK = "second_factor_back"


@never_cache
@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Asks for the second factor, or how to set one up; whoever has shown it goes on to where they were going."""
    user = request.user
    assert user.is_authenticated
    wished = get_next_redirect_url(request)
    if wished:
        request.session[BACK] = wished
    back = wished or request.session.get(BACK) or reverse("security")
    if second_factor_at(request) is not None and standing(request) is Standing.OPEN:
        request.session.pop(BACK, None)
        return HttpResponseRedirect(back)
    if enrolled(user):
        return HttpResponseRedirect(_asked_at(request, back))
    return render(request, "account/second_factor.html", {"back": back})


@never_cache
@login_required
@require_safe
def prove(request: HttpRequest) -> HttpResponse:
    """Asks once more for the password, or the second factor where there is one, and leads to `next`."""
    back = get_next_redirect_url(request) or reverse("home")
    return HttpResponseRedirect(back if proved_recently(request) else _asked_at(request, back))


def _asked_at(request: HttpRequest, back: str) -> str:
    """The page that asks; a person who has nothing to show, as they sign in by code alone, signs in anew."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    url = methods[0]["url"] if methods else reverse("account_logout")
    return f"{url}?{urlencode({'next': back})}"
