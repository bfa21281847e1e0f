"""Rows that fail are shown. django-q2's queue is not: its rows are readable pickles, and editing one would do nothing good."""

from django.contrib import admin
from django_q.models import Failure, OrmQ, Schedule, Success

from kameng.lib.admin import ReadOnlyAdmin
from kameng.tasks.models import FailingRow

# Autodiscovery follows INSTALLED_APPS, where django_q comes before this app.
for model in (Failure, OrmQ, Schedule, Success):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(FailingRow)
class FailingRowAdmin(ReadOnlyAdmin):
    list_display = ("controller", "row", "problem", "attempts", "since", "next_try_at")
    list_filter = ("controller",)
    ordering = ("-attempts", "pk")
    fields = ("controller", "row", "problem", "attempts", "since", "next_try_at")
