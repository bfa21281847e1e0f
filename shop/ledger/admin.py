from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kameng.lib import money
from kameng.lib.admin import ReadOnlyAdmin, ReadOnlyInline
from kameng.lib.admin_names import NamedMixin, names_of
from kameng.lib.reach import Reach
from shop.ledger.models import Account, Entry, Journal
from shop.merchants.models import Merchant

MERCHANT = "merchant:"
#: A search by a merchant's name looks at no more of them.
MOST_NAMED = 50


class EntryInline(ReadOnlyInline):
    """Entries, newest first."""

    model = Entry
    ordering = ("-pk",)
    hide_title = True

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("account", "journal")

    @admin.display(description=_("amount"))
    def shown(self, entry: Entry) -> str:
        return money.shown(entry.amount, entry.account.currency)

    @admin.display(description=_("at"))
    def at(self, entry: Entry) -> Any:
        return entry.journal.at


class OfJournal(EntryInline):
    fields = ("place", "shown")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        page: Any = self.admin_site._registry[self.parent_model]
        owners = Account.objects.filter(entries__journal=obj).values_list("owner", flat=True)
        self.owners = owner_names(owners, page.reach(request, "view"))
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description=_("account"))
    def place(self, entry: Entry) -> str:
        return f"{self.owners[entry.account.owner]} · {entry.account.get_kind_display()}"


class OfAccount(EntryInline):
    fields = ("journal", "at", "shown")


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    list_display = ("at", "key", "memo")
    search_fields = ("key",)
    ordering = ("-pk",)
    fields = ("at", "key", "memo")
    inlines = (OfJournal,)


@admin.register(Account)
class AccountAdmin(NamedMixin, ReadOnlyAdmin):
    """A merchant's people see the accounts of their merchant, which the ledger knows by an opaque name only."""

    merchant_path = "owner"
    list_display = ("whose", "kind", "currency", "shown_balance")
    list_filter = ("kind", "currency")
    search_fields = ("owner",)
    ordering = ("kind", "owner")
    fields = ("whose", "kind", "currency", "shown_balance")
    inlines = (OfAccount,)

    def within(self, rows: QuerySet[Any], merchants: frozenset[int]) -> QuerySet[Any]:
        return rows.filter(owner__in=[f"{MERCHANT}{pk}" for pk in merchants])

    def named_rows(self, rows: Iterable[Any], reach: Reach) -> None:
        listed = list(rows)
        names = owner_names([row.owner for row in listed], reach)
        uncounted = [row.pk for row in listed if row.balance is None]
        entries = Entry.objects.filter(account__in=uncounted).order_by().values("account")
        sums = dict(entries.annotate(sum=Sum("amount")).values_list("account", "sum"))
        for row in listed:
            row.named = names[row.owner]
            row.summed = sums.get(row.pk, 0) if row.balance is None else row.balance

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        found, repeats = super().get_search_results(request, queryset, search_term)
        if search_term:
            named = Merchant.objects.filter(name__icontains=search_term)[:MOST_NAMED]
            found = found | queryset.filter(owner__in=[merchant.owner for merchant in named])
        return found, repeats

    @admin.display(description=_("owner"), ordering="owner")
    def whose(self, account: Any) -> str:
        name: str = account.named
        return name

    @admin.display(description=_("balance"), ordering="balance")
    def shown_balance(self, account: Any) -> str:
        return money.shown(account.summed, account.currency)


def owner_names(owners: Iterable[str], reach: Reach) -> dict[str, str]:
    """A name for each owner of accounts: a merchant's own, and a person's as far as the reader may know it."""
    told = set(owners)
    keys = [int(owner.removeprefix(MERCHANT)) for owner in told if owner.startswith(MERCHANT)]
    merchants = {merchant.owner: merchant.name for merchant in Merchant.objects.filter(pk__in=keys)}
    platform = {"platform": gettext("the platform")}
    return names_of(told, reach=reach) | {owner: name for owner, name in (platform | merchants).items() if owner in told}
