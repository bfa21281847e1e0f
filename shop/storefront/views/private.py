from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """A page of one buyer: stored by no cache, its address told to no other page; that holds for "not found" too."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as missing:
            response = page_not_found(request, missing)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


def of_order(view: View) -> View:
    """A private page under an order's address; whoever may not see it reads the same whether there is such an order or not."""

    @private
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return render(request, "storefront/elsewhere.html", {"number": kwargs.get("number")}, status=404)

    return wrapped
