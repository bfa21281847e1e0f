"""Words that several parts of an order's page share."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.tracking.queries import Rows
from kameng.lib import money, times
from kameng.lib.names import listed
from shop.orders.models import Order, OrderLine
from shop.payments.models import GatewayAccount

WALLET = "wallet"


def amount(minor: int, order: Order) -> str:
    """¥98.00"""
    return money.shown(minor, order.currency)


def site() -> str:
    """The name of the shop: who answers for what runs by itself."""
    return settings.SITE_NAME


def when(moment: dt.datetime, now: dt.datetime) -> str:
    """14:32, or with the day when that is not today."""
    return times.day_time(moment, now)


def same_day(moment: dt.datetime, now: dt.datetime) -> bool:
    """Both lie on one local day, so that the time alone says enough."""
    return timezone.localtime(moment).date() == timezone.localtime(now).date()


def way(account: GatewayAccount) -> str:
    """The name of a way to pay."""
    return _("Wallet balance") if account.gateway == WALLET else account.name


def ways(rows: Rows) -> str:
    """By which ways money came in."""
    return listed(way(payment.account) for payment in rows.receipts)


def back_to(rows: Rows) -> str:
    """Where the money of this order returns to."""
    names = (_("your wallet") if payment.account.gateway == WALLET else payment.account.name for payment in rows.receipts)
    return listed(names) or _("where it came from")


def masked(address: str) -> str:
    """al***@example.com: enough to recognise one's own address, too little to learn it."""
    name, _at, domain = address.rpartition("@")
    return f"{name[: 2 if len(name) > 3 else 1]}***@{domain}"


def what(line: OrderLine) -> str:
    """星渊 3280 星尘; of units that differ, with the description of the one."""
    return line.called


def name(lines: Sequence[OrderLine]) -> str:
    """星渊 3280 星尘 × 3, and how many more an order has."""
    first = f"{what(lines[0])} × {lines[0].quantity}"
    return _("%(first)s and %(n)d more") % {"first": first, "n": len(lines) - 1} if len(lines) > 1 else first
