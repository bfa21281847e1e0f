"""A message as the shop shows it: a title and a sentence in the reader's language, without secret and without link."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kameng.lib import money, times
from kameng.notices.events import DELIVERED, PAID, REFUNDED, SHIPPED
from kameng.notices.models import Notification


def title(row: Notification) -> str:
    """What happened; `row` is read by `centre.listed`."""
    told = _told(row)
    match row.event:
        case event if event == PAID:
            return _("Payment received: %(amount)s") % told
        case event if event == DELIVERED:
            return _("%(goods)s: it is here") % told
        case event if event == SHIPPED:
            return _("%(goods)s: on its way to you") % told
        case event if event == REFUNDED:
            return _("%(amount)s back: %(goods)s") % told
        case _other:
            return row.event


def sentence(row: Notification, now: dt.datetime) -> str:
    """What its reader wants to know of it."""
    match row.event:
        case event if event == PAID:
            return _paid(row, now)
        case event if event == DELIVERED:
            return _delivered(row.context)
        case event if event == SHIPPED:
            return f"{row.context['courier']} {row.context['tracking']}"
        case event if event == REFUNDED:
            return _refunded(row.context["destination"])
        case _other:
            return ""


def _told(row: Notification) -> dict[str, str]:
    lines = row.context.get("lines") or [row.context]
    goods = _goods(lines[0], len(lines) - 1 + getattr(row, "more", 0))
    return {"goods": goods, "amount": money.shown(row.context["amount"], row.context["currency"])}


def _goods(line: Mapping[str, Any], others: int) -> str:
    name = f"{line['title']} {line['face']} × {line['quantity']}"
    if not others:
        return name
    return ngettext("%(name)s and %(n)d more", "%(name)s and %(n)d more", others) % {"name": name, "n": others}


def _paid(row: Notification, now: dt.datetime) -> str:
    lines = row.context["lines"]
    told = {
        "goods": _told(row)["goods"],
        "time": _last(lines, "promised_by", now),
        "latest": _last(lines, "refund_by", now),
    }
    return _("%(goods)s: promised by %(time)s. What is not here by %(latest)s is paid back by itself.") % told


def _last(lines: list[dict[str, Any]], name: str, now: dt.datetime) -> str:
    return times.day_time(max(dt.datetime.fromisoformat(line[name]) for line in lines), now)


def _delivered(context: Mapping[str, Any]) -> str:
    where = _("What was done stands in the order.") if context.get("readable") is False else _("The keys are in the order.")
    if not (context["paid_at"] and context["delivered_at"]):
        return where
    took = dt.datetime.fromisoformat(context["delivered_at"]) - dt.datetime.fromisoformat(context["paid_at"])
    return _("It took %(time)s. %(where)s") % {"time": times.duration(took), "where": where}


def _refunded(destination: str) -> str:
    if destination == "WALLET":
        return _("It is in your wallet now.")
    if destination == "SOURCE":
        return _("It goes back to where you paid from.")
    return _("A part is in your wallet now, the rest goes back to where you paid from.")
