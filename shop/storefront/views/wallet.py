from decimal import Decimal

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kameng.lib import clock, money
from kameng.lib.sheets import Cell, csv_text
from shop.storefront.purse import entries, movements, table, under_way
from shop.storefront.typed import whole
from shop.storefront.views.private import private

PER_PAGE = 25


@private
@login_required
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """The member's balance and every movement of it, page by page."""
    user, currency = request.user, settings.CURRENCY
    assert user.is_authenticated
    pages = Paginator(entries(user, currency), PER_PAGE)
    page = pages.get_page(whole(request.GET.get("page")) or 1)
    context = {
        "page": page,
        "movements": movements(list(page)),
        "under_way": under_way(user, currency),
        "now": clock.now(),
    }
    return render(request, "storefront/wallet.html", context)


@private
@login_required
@require_safe
def wallet_export(request: HttpRequest) -> HttpResponse:
    """Every movement as a table for a spreadsheet."""
    user, currency = request.user, settings.CURRENCY
    assert user.is_authenticated
    head: list[Cell] = [_("Time"), _("What"), _("About"), _("Order number"), _("Amount"), _("Balance"), _("Currency")]
    rows: list[list[Cell]] = [
        [
            timezone.localtime(row.at).isoformat(sep=" ", timespec="seconds"),
            row.what,
            row.about,
            row.order.shown_number if row.order else "",
            Decimal(money.decimal_text(row.amount, currency)),
            Decimal(money.decimal_text(row.after, currency)),
            currency,
        ]
        for row in table(user, currency)
    ]
    response = HttpResponse(csv_text([head, *rows]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="wallet-{clock.now():%Y%m%d}.csv"'
    return response
