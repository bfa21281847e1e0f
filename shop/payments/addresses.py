"""Where gateways tell us, and where they send the buyer back to."""

from django.conf import settings
from django.urls import reverse

from shop.orders.models import Order
from shop.payments.models import GatewayAccount
from shop.payments.start import Addresses


def addresses(*, account: GatewayAccount, order: Order) -> Addresses:
    """The public addresses of this account's notices and of this order's way back; they carry no secret."""
    notify_url = settings.SITE_URL + reverse("notify", args=[account.public_id])
    return Addresses(notify_url, settings.SITE_URL + reverse("pay_return", args=[order.number]))
