from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kameng.audit.models import Entry
from kameng.lib.admin import ReadOnlyAdmin
from kameng.lib.admin_names import NamedMixin


@admin.register(Entry)
class EntryAdmin(NamedMixin, ReadOnlyAdmin):
    list_display = ("sequence", "at", "act", "who", "role", "subject", "reason")
    list_filter = ("act", "role")
    search_fields = ("subject", "actor")
    ordering = ("-sequence",)
    fields = ("sequence", "at", "act", "who", "actor", "role", "subject", "reason", "ip", "agent", "previous", "digest")

    @admin.display(description=_("by"))
    def who(self, entry: Any) -> str:
        name: str = entry.named
        return name

    @admin.display(description=_("IP address"))
    def ip(self, entry: Entry) -> str:
        return entry.address
