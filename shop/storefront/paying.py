"""Sending a buyer to pay: which way was chosen, and where that leads."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from kameng.lib.transitions import Refused
from shop.orders.models import Order
from shop.payments.addresses import addresses
from shop.payments.models import GatewayAccount
from shop.payments.start import start
from shop.payments.wallet import pay_from_wallet
from shop.storefront.methods import WALLET


class NoSuchMethod(Refused):
    """The way to pay is not offered (any more)."""


def begin(*, order: Order, method: str, now: dt.datetime) -> str:
    """Start paying what is missing the chosen way; returns the address to go to. Raises Refused; the order stays as it is."""
    if method == WALLET and order.user_id:
        pay_from_wallet(order=order, now=now)
        return reverse("pay", args=[order.number])
    offered = GatewayAccount.objects.filter(enabled=True, currency=order.currency).exclude(gateway=WALLET)
    account = offered.filter(public_id=method).first()
    if account is None:
        raise NoSuchMethod(_("This way to pay cannot be used now. Choose another."))
    payment = start(order_id=order.pk, account=account, to=addresses(account=account, order=order), now=now)
    return payment.pay_url or reverse("pay", args=[order.number])
