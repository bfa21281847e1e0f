from django.contrib import admin

from kameng.audit.models import Entry
from kameng.lib.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("sequence", "at", "act", "actor", "role", "subject", "reason")
    list_filter = ("act", "role")
    search_fields = ("subject", "actor")
    ordering = ("-sequence",)
    fields = ("sequence", "at", "act", "actor", "role", "subject", "reason", "address", "agent", "previous", "digest")
