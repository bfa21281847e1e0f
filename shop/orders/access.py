"""The one gate to an order from outside."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare

from kameng.lib import ids
from kameng.lib.sessions import amend
from shop.orders.models import Order

SESSION_KEY = "orders"
# A browser that bought more than this as a guest finds the older ones by the links in its mail.
REMEMBERED = 50


def access_order(request: HttpRequest, number: str) -> Order:
    """The order, for its member or for a guest's browser that placed it or opened its link.

    Raises Http404 for everybody else, exactly as for a number that does not exist, with no side effect.
    """
    order = Order.objects.filter(number=ids.typed(number)).select_related("user").first()
    if order is None or not may_see(request, order):
        raise Http404
    return order


def may_see(request: HttpRequest, order: Order) -> bool:
    """True for the order's member, or for a session that holds its token.

    A browser that bought as a guest keeps seeing what it bought, also after a member adopted the order: whoever paid may have
    typed an address that is somebody else's.
    """
    if _is_members(request, order):
        return True
    held = request.session.get(SESSION_KEY, {}).get(order.number, "")
    return constant_time_compare(held, order.token)


def seen_by(request: HttpRequest, order: Order) -> str:
    """Who looks at the order, for the log: its member, else the guest by the order's address."""
    if order.user_id is None or _is_members(request, order):
        return order.holder
    return f"mail:{ids.contact_key(order.email)}"


def _is_members(request: HttpRequest, order: Order) -> bool:
    return bool(order.user_id and request.user.is_authenticated and request.user.pk == order.user_id)


def visible(request: HttpRequest) -> QuerySet[Order]:
    """Every order that `may_see` would show: the member's own, and those that this browser remembers."""
    held = request.session.get(SESSION_KEY, {})
    seen = Q(number__in=list(held), token__in=list(held.values()))
    return Order.objects.filter(seen | Q(user=request.user) if request.user.is_authenticated else seen)


def remember(request: HttpRequest, order: Order) -> None:
    """Let this browser see a guest's order from now on."""

    def more(held: dict[str, str] | None) -> dict[str, str]:
        others = {number: token for number, token in (held or {}).items() if number != order.number}
        return dict([*others.items(), (order.number, order.token)][-REMEMBERED:])

    amend(request.session, SESSION_KEY, more)
