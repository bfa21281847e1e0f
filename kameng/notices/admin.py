from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kameng.lib import clock
from kameng.lib.admin import ReadOnlyAdmin
from kameng.lib.admin_names import NamedMixin
from kameng.notices.alarms import close
from kameng.notices.kinds import AlarmKind, kind_in_words
from kameng.notices.models import Alarm


class OpenFilter(admin.SimpleListFilter):
    """Open alarms unless asked otherwise."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("closed", _("Closed")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")

    def choices(self, changelist: Any) -> Any:
        shown = [(None, _("Open")), *self.lookup_choices]
        for value, title in shown:
            chosen = self.value() == value
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, [self.parameter_name])
            yield {"selected": chosen, "query_string": query, "display": title}


class KindFilter(admin.SimpleListFilter):
    """Kinds by their words."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return AlarmKind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Alarm)
class AlarmAdmin(NamedMixin, ReadOnlyAdmin):
    named_by = "closed_by"
    list_display = ("raised_at", "about", "subject", "text", "times", "closed_at", "who")
    list_filter = (OpenFilter, KindFilter)
    search_fields = ("subject", "text")
    ordering = ("-raised_at",)
    fields = ("about", "subject", "text", "raised_at", "times", "closed_at", "who")
    actions = ("close_alarms",)

    @admin.display(description=_("kind"), ordering="kind")
    def about(self, alarm: Alarm) -> str:
        return kind_in_words(alarm.kind)

    @admin.display(description=_("closed by"))
    def who(self, alarm: Any) -> str:
        name: str = alarm.named
        return name

    def has_close_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    @admin.action(description=_("Close the selected alarms"), permissions=["close"])
    def close_alarms(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> None:
        now, by = clock.now(), request.user.holder  # type: ignore[union-attr]
        count = sum(close(alarm_id=pk, by=by, now=now) for pk in queryset.values_list("pk", flat=True))
        said = ngettext("%(count)d alarm was closed.", "%(count)d alarms were closed.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)
