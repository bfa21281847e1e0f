"""What stands in the admin's side bar: the pages this person may open, and no others."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from fulfillment.delivery.models import Fulfillment, HandDelivery, Shipment
from kameng.accounts.models import User
from kameng.audit.models import Entry
from kameng.notices.models import Alarm
from kameng.tasks.models import FailingRow
from shop.approvals.models import Approval
from shop.catalog.models import Category, Listing, Sku
from shop.inventory.models import Batch, StockUnit
from shop.ledger.models import Account, Journal
from shop.merchants.models import ApiKey, Merchant
from shop.orders.models import Order, OrderLine
from shop.payments.models import GatewayAccount, Notice, Payment, Refund, RefusedNotice

Pages = list[tuple[type[Model], str]]


def seal(request: HttpRequest) -> str:
    """The address of the shop's seal, as mark of the side bar and of the browser's tab."""
    return static("img/seal.svg")


def style(request: HttpRequest) -> str:
    """The address of what we add to the theme's style sheet."""
    return static("css/admin.css")


def script(request: HttpRequest) -> str:
    """The address of what we add to the theme's behaviour."""
    return static("js/admin.js")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links for unfold; a group without a page is left out."""
    shown = [(title, _items(request, pages)) for title, pages in _groups()]
    return [{"title": title, "separator": True, "items": items} for title, items in shown if items]


def _groups() -> list[tuple[str, Pages]]:
    return [
        (_("Goods"), [(Listing, "sell"), (Sku, "style"), (Category, "category")]),
        (_("Stock"), [(Batch, "inventory_2"), (StockUnit, "key")]),
        (
            _("Orders"),
            [
                (HandDelivery, "front_hand"),
                (Order, "receipt_long"),
                (OrderLine, "list_alt"),
                (Fulfillment, "local_shipping"),
                (Shipment, "package_2"),
            ],
        ),
        (_("Money"), [(Payment, "payments"), (Refund, "undo"), (Account, "account_balance"), (Journal, "menu_book")]),
        (_("Merchants"), [(Merchant, "storefront"), (ApiKey, "terminal"), (Approval, "how_to_reg")]),
        (
            _("Platform"),
            [
                (Alarm, "notifications"),
                (FailingRow, "sync_problem"),
                (Notice, "mark_email_read"),
                (RefusedNotice, "block"),
                (GatewayAccount, "hub"),
                (User, "group"),
                (Entry, "history"),
            ],
        ),
    ]


def _items(request: HttpRequest, pages: Pages) -> list[dict[str, Any]]:
    return [
        {
            "title": capfirst(str(model._meta.verbose_name_plural)),
            "icon": icon,
            "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        }
        for model, icon in pages
        if admin.site._registry[model].has_view_permission(request)
    ]
