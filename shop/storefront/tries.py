"""How often somebody may ask for the link of an order."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kameng.lib import client
from kameng.lib.rates import Rate, take

FROM_AN_ADDRESS = Rate("link-from", most=10, within=dt.timedelta(minutes=10))
OF_AN_ORDER = Rate("link-of", most=5, within=dt.timedelta(hours=1))


def wait_for_link(request: HttpRequest, number: str, now: dt.datetime) -> int:
    """Use up one try of this address, and of this number whether there is such an order or not; seconds to wait, or 0."""
    return take(FROM_AN_ADDRESS, client.network(client.address(request)), now) or take(OF_AN_ORDER, number, now)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, and when to come again."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(seconds)
    return response
