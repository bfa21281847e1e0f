"""Goods and stock for a merchant's own programs."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from kameng.lib import clock
from kameng.lib.api.errors import Conflict
from kameng.lib.api.pages import Pages
from shop.catalog.models import Kind, Mode, Sku
from shop.inventory.by_program import Program, import_once
from shop.inventory.intake import Busy, TooMuch
from shop.inventory.queries import ENOUGH, with_stock
from shop.merchants.api import MerchantView, fields_of, named_call, once, texts_of
from shop.merchants.calls import Call
from shop.merchants.models import Merchant, Scope

MOST_SECRETS = 1_000
CODES = {Busy: "busy", TooMuch: "too_much"}


class Skus(MerchantView):
    """GET: the merchant's SKUs, on sale or not, each with what can be sold of it."""

    scopes = {"GET": Scope.STOCK_READ, "HEAD": Scope.STOCK_READ}

    def get(self, request: Request) -> Response:
        pages = Pages()
        rows = with_stock(_skus(self.merchant), clock.now())
        return pages.get_paginated_response([_told(sku) for sku in pages.paginate_queryset(rows, request, self)])


class Units(MerchantView):
    """POST: take secrets into the stock of a SKU, through the same verb as the admin's import."""

    scopes = {"POST": Scope.STOCK_WRITE}

    @sensitive_variables()
    def post(self, request: Request, pk: int) -> Response:
        sku = _skus(self.merchant).filter(pk=pk).first()
        if sku is None:
            raise Http404
        told = fields_of(request.data, "secrets")
        secrets = texts_of(told, "secrets", MOST_SECRETS)
        _check(sku)
        call = named_call(self, ["units", sku.pk, secrets])
        return once(call, lambda: self._import(sku, secrets, call), CODES)

    @sensitive_variables()
    def _import(self, sku: Sku, secrets: list[str], call: Call | None) -> Any:
        program = Program(self.user, self.key.name, call)
        return import_once(sku=sku, secrets=secrets, program=program, now=clock.now())


def _skus(merchant: Merchant) -> Any:
    return Sku.objects.filter(listing__merchant=merchant).select_related("listing__merchant")


def _told(sku: Any) -> dict[str, Any]:
    return {
        "id": sku.pk,
        "title": sku.listing.title,
        "face": sku.face,
        "kind": sku.kind,
        "mode": sku.mode,
        "price": sku.price,
        "currency": settings.CURRENCY,
        "on_sale": sku.on_sale and sku.listing.published_at is not None,
        "sellable": sku.sellable_now,
        "sellable_is_at_least": sku.sellable_now >= ENOUGH,
    }


def _check(sku: Sku) -> None:
    """Raise Conflict where no secrets are taken into stock this way."""
    if sku.mode != Mode.AUTO:
        raise Conflict(_("This SKU is not delivered from stock: it has no secrets."), "not_from_stock")
    if sku.kind == Kind.ACCOUNT:
        raise Conflict(_("Accounts need a public description each; please import them in the admin."), "needs_description")
