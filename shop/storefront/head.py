"""What the head of every page says of a member."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.db.models import Count, Subquery
from django.http import HttpRequest

from kameng.accounts.models import User
from kameng.notices.centre import messages_of
from shop.ledger.models import Account, AccountKind


@dataclass(slots=True)
class Head:
    """`wallet` in minor units, None for a guest; how many messages are `unread`."""

    wallet: int | None = None
    unread: int = 0


def head(request: HttpRequest) -> Head:
    """The head of the page that this request gets; one query, asked once and only for members."""
    known = getattr(request, "_head", None)
    if known is None:
        known = _asked(request.user) if request.user.is_authenticated else Head()
        request._head = known  # type: ignore[attr-defined]
    return cast(Head, known)


def _asked(user: User) -> Head:
    new = messages_of(user).filter(read_at=None).order_by().values("user").annotate(n=Count("pk")).values("n")
    wallet = Account.objects.filter(owner=user.holder, kind=AccountKind.WALLET, currency=settings.CURRENCY).values("balance")
    balance, unread = User.objects.filter(pk=user.pk).values_list(Subquery(wallet[:1]), Subquery(new))[0]
    return Head(wallet=balance or 0, unread=unread or 0)
