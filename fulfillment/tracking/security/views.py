"""账户与安全: how a member proves who they are, where they are signed in, and which of their cards were opened."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fulfillment.tracking.security.opened import opened, reveals
from kameng.accounts.models import User
from kameng.accounts.sessions import end_others, end_place, places
from kameng.lib import clock
from shop.storefront.typed import whole
from shop.storefront.views.private import private

PER_PAGE = 20


@private
@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The whole page; of the openings one page at a time."""
    user, now = request.user, clock.now()
    assert user.is_authenticated
    page = Paginator(reveals(user), PER_PAGE).get_page(whole(request.GET.get("page")) or 1)
    context = {
        "now": now,
        "page": page,
        "opened": opened(page, user),
        "places": places(request, user, now),
        **_factors(user),
    }
    return render(request, "tracking/security.html", context)


@private
@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Sign out of one other browser."""
    assert request.user.is_authenticated
    if end_place(request, request.user, pk):
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("Nobody was signed in there any more."))
    return _back()


@private
@login_required
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponseRedirect:
    """Sign out of all other browsers."""
    assert request.user.is_authenticated
    count = end_others(request, request.user)
    said = ngettext("Signed out in %(n)d other browser.", "Signed out in %(n)d other browsers.", count)
    messages.success(request, said % {"n": count})
    return _back()


def _back() -> HttpResponseRedirect:
    return redirect(f"{reverse('security')}#sessions")


def _factors(user: User) -> dict[str, Any]:
    """The member's second factors as the page shows them; one query, and one where there are recovery codes."""
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    of = {kind: [row for row in rows if row.type == kind] for kind in Authenticator.Type}
    codes = of[Authenticator.Type.RECOVERY_CODES]
    return {
        "totp": next(iter(of[Authenticator.Type.TOTP]), None),
        "passkeys": of[Authenticator.Type.WEBAUTHN],
        "codes": len(codes[0].wrap().get_unused_codes()) if codes else None,
    }
