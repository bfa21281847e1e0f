from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kameng.lib import money
from kameng.lib.admin import ReadOnlyAdmin, ReadOnlyInline
from shop.ledger.models import Account, Entry, Journal


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
    fields = ("account", "shown")


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
class AccountAdmin(ReadOnlyAdmin):
    """A merchant's people see the accounts of their merchant, which the ledger knows by an opaque name only."""

    merchant_path = "owner"
    list_display = ("owner", "kind", "currency", "shown_balance")
    list_filter = ("kind", "currency")
    search_fields = ("owner",)
    ordering = ("kind", "owner")
    fields = ("owner", "kind", "currency", "shown_balance")
    inlines = (OfAccount,)

    def within(self, rows: QuerySet[Any], merchants: frozenset[int]) -> QuerySet[Any]:
        return rows.filter(owner__in=[f"merchant:{pk}" for pk in merchants])

    @admin.display(description=_("balance"), ordering="balance")
    def shown_balance(self, account: Account) -> str:
        return "" if account.balance is None else money.shown(account.balance, account.currency)
