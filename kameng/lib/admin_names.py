"""Who did something and why, in words fit for who looks: a buyer has no name in front of merchants."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kameng.lib.reach import Reach

USER, GUEST = "user:", "mail:"
#: How much of a guest's key is shown, so that two of them are told apart.
SHOWN_KEY = 6

#: What the house writes as actor of a step, by its code.
ACTORS = {
    "books": gettext_noop("the look at the books"),
    "clock": gettext_noop("the clock"),
    "deliver": gettext_noop("the delivery"),
    "gateway": gettext_noop("payment gateway"),
    "import": gettext_noop("import"),
    "notice": gettext_noop("notice of the gateway"),
    "query": gettext_noop("answer of the gateway"),
    "refunds": gettext_noop("refunding"),
    "sandbox": gettext_noop("payment gateway"),
    "verify": gettext_noop("verification"),
    "wallet": gettext_noop("Wallet"),
}
#: What the house writes as reason of a step or a notice, by its code; whatever else stands there is shown as it is.
REASONS = {
    "a field is repeated": gettext_noop("a field is repeated"),
    "a value the protocol does not allow": gettext_noop("a value the protocol does not allow"),
    "declined": gettext_noop("declined"),
    "fields are missing or unknown": gettext_noop("fields are missing or unknown"),
    "import": gettext_noop("import"),
    "listing error": gettext_noop("the product page was wrong"),
    "meant for another account": gettext_noop("meant for another account"),
    "not a form": gettext_noop("not a form"),
    "not arrived in time": gettext_noop("not arrived in time"),
    "out of stock": gettext_noop("out of stock"),
    "paid": gettext_noop("paid for"),
    "parcel lost": gettext_noop("parcel lost"),
    "parcel returned": gettext_noop("parcel came back"),
    "part delivered": gettext_noop("a part was delivered"),
    "put back": gettext_noop("left to others"),
    "refund deadline": gettext_noop("refund deadline"),
    "reservation lapsed": gettext_noop("reservation lapsed"),
    "stock missing": gettext_noop("stock missing"),
    "supplier failure": gettext_noop("the supplier cannot deliver"),
    "too long": gettext_noop("too long"),
    "typed in": gettext_noop("typed in for an order"),
    "unknown sign_type": gettext_noop("unknown sign_type"),
    "unreadable amount or state": gettext_noop("unreadable amount or state"),
    "unreadable body": gettext_noop("unreadable body"),
    "withdrawn": gettext_noop("batch withdrawn"),
    "wrong recipient": gettext_noop("the recipient does not exist or cannot receive this"),
    "wrong signature": gettext_noop("wrong signature"),
}


def names_of(codes: Iterable[str], *, reach: Reach, guests: Mapping[str, str] | None = None) -> dict[str, str]:
    """A name for each of the codes that events carry as actor or holder, in one query.

    Who reaches everything reads members' addresses, and `guests` by what that names them; a merchant's people read the names
    of colleagues, and of everybody else no more than that a buyer did it.
    """
    told = set(codes)
    people = get_user_model()._default_manager.filter(pk__in=[int(code[5:]) for code in told if _is_user(code)])
    if not reach.everywhere:
        people = people.filter(memberships__merchant__in=reach.merchants)
    names = {f"{USER}{user.pk}": user.email if reach.everywhere else str(user) for user in people}
    return {code: names.get(code) or _named(code, reach, guests or {}) for code in told}


def reason_of(code: str) -> str:
    """The reason in the reader's language."""
    return _(REASONS[code]) if code in REASONS else code


def masked(address: str) -> str:
    """a•••@example.com: whom somebody knows already is recognised, and nobody else learnt."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def _named(code: str, reach: Reach, guests: Mapping[str, str]) -> str:
    if code.startswith((USER, GUEST)) and not reach.everywhere:
        return _("buyer")
    if code.startswith(GUEST):
        return guests.get(code) or _("guest %(key)s") % {"key": code.removeprefix(GUEST)[:SHOWN_KEY]}
    return _(ACTORS[code]) if code in ACTORS else code


def _is_user(code: str) -> bool:
    return code.startswith(USER) and code.removeprefix(USER).isdecimal()


class NamedMixin:
    """Rows of a list or a page with `named`, the name behind the code in the column `named_by`."""

    named_by = "actor"

    def named_rows(self, rows: Iterable[Any], reach: Reach) -> None:
        """Give each row its name, all of them in one query."""
        listed = list(rows)
        names = names_of({getattr(row, self.named_by) for row in listed}, reach=reach)
        for row in listed:
            row.named = names[getattr(row, self.named_by)]

    def get_changelist_instance(self, request: Any) -> Any:
        page = super().get_changelist_instance(request)  # type: ignore[misc]
        self.named_rows(page.result_list, self.reach(request, "view"))  # type: ignore[attr-defined]
        return page

    def get_object(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(request, *args, **kwargs)  # type: ignore[misc]
        if row is not None:
            self.named_rows([row], self.reach(request, "view"))  # type: ignore[attr-defined]
        return row
