"""Pages whose forms may end at a gateway: browsers must be allowed to follow them there."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from shop.payments.gateways.registry import pay_origins
from shop.storefront.views.private import View


def leads_to_gateways(view: View) -> View:
    """Widen the page's policy by the origins of the gateways that are on, and by nothing else."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if origins := pay_origins():
            response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]
        return response

    return wrapped
