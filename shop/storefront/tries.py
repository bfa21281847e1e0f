"""How often somebody may ask for the link of an order."""

import datetime as dt

from django.http import HttpRequest

from kameng.lib import client
from kameng.lib.limits import LINK_FROM, LINK_OF
from kameng.lib.rates import take


def wait_for_link(request: HttpRequest, number: str, now: dt.datetime) -> int:
    """Use up one try of this address, and of this number whether there is such an order or not; seconds to wait, or 0."""
    return take(LINK_FROM, client.network(client.address(request)), now) or take(LINK_OF, number, now)
