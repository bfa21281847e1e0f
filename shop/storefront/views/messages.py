"""消息: what a member was told, and of what they want to hear."""

from django.contrib import messages as said
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kameng.lib import clock
from kameng.notices import centre, preferences
from kameng.notices.events import EVENTS, Channel, may_be_off
from shop.storefront.messages import days
from shop.storefront.typed import whole
from shop.storefront.views.private import private

PER_PAGE = 50


@private
@login_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The member's messages, newest first, by day, page by page."""
    user, now = request.user, clock.now()
    assert user.is_authenticated
    pages = Paginator(centre.listed(user), PER_PAGE)
    page = pages.get_page(whole(request.GET.get("page")) or 1)
    rows = list(page)
    context = {"page": page, "days": days(rows, now), "newest": rows[0].pk if rows else 0}
    return render(request, "storefront/messages.html", context)


@private
@login_required
@require_POST
def message_open(request: HttpRequest, key: str) -> HttpResponse:
    """One message is read; on to the order that it is about."""
    assert request.user.is_authenticated
    found = centre.read(user=request.user, message_id=whole(key) or 0, now=clock.now())
    if found is None:
        raise Http404
    number = found.context.get("number")
    return redirect("order", number) if number else redirect("messages")


@private
@login_required
@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """Everything up to the newest message that the page showed (`upto`) is read."""
    assert request.user.is_authenticated
    centre.read_all(user=request.user, upto=whole(request.POST.get("upto")) or 0, now=clock.now())
    return redirect("messages")


@private
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_settings(request: HttpRequest) -> HttpResponse:
    """Of what the member hears, and where."""
    user = request.user
    assert user.is_authenticated
    if request.method == "POST":
        preferences.choose(user=user, wanted=request.POST.getlist("on"))
        said.success(request, _("Saved. It holds from the next message on."))
        return redirect("message_settings")
    context = {"rows": preferences.table(user), "channels": Channel.choices}
    return render(request, "storefront/message_settings.html", context)


@private
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails of one kind, for whoever has the mail: looking asks first, posting does it.

    Mail programs post by themselves, without cookies, and follow no redirect (RFC 8058); the token is what entitles.
    """
    named = preferences.read_stop_token(token)
    if named is None or not may_be_off(named[1], Channel.MAIL):
        raise Http404
    user_id, event = named
    if request.method == "POST" and not preferences.silence(user_id=user_id, event=event, channel=Channel.MAIL):
        raise Http404
    context = {"event": EVENTS.get(event), "done": request.method == "POST"}
    return render(request, "storefront/stop_mail.html", context)
