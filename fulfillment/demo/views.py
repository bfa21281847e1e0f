from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from csp.decorators import csp_replace
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from fulfillment.demo.mailbox import letter, letters
from fulfillment.demo.people import PASSWORD, PEOPLE
from kameng.accounts.models import User


@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """Everybody one can be here, and where the mail is."""
    users = {user.email: user for user in User.objects.filter(email__in=[p.email for p in PEOPLE])}
    people = [(person, users[person.email]) for person in PEOPLE if person.email in users]
    return render(request, "demo/people.html", {"people": people, "password": PASSWORD})


@require_POST
def demo_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as a demo account with one tap."""
    user = get_object_or_404(User, pk=pk, email__in=[p.email for p in PEOPLE])
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    record_authentication(request, user, method="demo")
    UserSession.objects.create_from_request(request)
    wished = request.POST.get("next", "")
    if not get_adapter(request).is_safe_url(wished):
        wished = reverse("admin:index") if user.is_staff else reverse("home")
    return HttpResponseRedirect(wished)


@require_GET
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The mail that the demo would have sent."""
    return render(request, "demo/mail.html", {"letters": letters()})


@require_GET
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]
    {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'"], "frame-ancestors": ["'self'"]}
)
def demo_letter(request: HttpRequest, key: str) -> HttpResponse:
    """One message as its reader's mail program would draw it."""
    found = letter(key)
    if found is None:
        raise Http404
    html = found.part("html")
    return HttpResponse(html) if html else redirect("demo_mail")
