from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kameng.lib import clock
from kameng.lib.admin import ReadOnlyAdmin
from kameng.lib.admin_names import NamedMixin
from kameng.notices.alarms import close
from kameng.notices.kinds import AlarmKind, kind_in_words
from kameng.notices.models import Alarm
from kameng.notices.subjects import address, in_words, may_be_opened


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
    list_display = ("raised_at", "about", "row_link", "text", "times", "closed_at", "who")
    list_filter = (OpenFilter, KindFilter)
    search_fields = ("subject", "text")
    ordering = ("-raised_at",)
    fields = ("about", "row_link", "text", "raised_at", "times", "closed_at", "who")
    actions = ("close_alarms",)
    change_form_outer_before_template = "admin/notices/alarm/close.html"

    def get_urls(self) -> list[Any]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        own = [
            path("<path:object_id>/row/", page(self.to_row), name="notices_alarm_row"),
            path("<path:object_id>/close/", page(self.close_one), name="notices_alarm_close"),
        ]
        return [*own, *super().get_urls()]

    def to_row(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the row that the alarm is about, or say that it cannot be opened."""
        alarm = self.row(request, object_id)
        if alarm is None:
            raise Http404
        found = address(alarm, request)
        if not found:
            self.message_user(request, _("What this alarm is about is not there any more."), messages.WARNING)
        return HttpResponseRedirect(found or _page_of(alarm))

    def close_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close the alarm of this page."""
        alarm = self.row(request, object_id)
        if alarm is None:
            raise Http404
        if request.method != "POST" or not self.has_close_permission(request):
            raise PermissionDenied
        self._close(request, [alarm.pk])
        return HttpResponseRedirect(_page_of(alarm))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        told = {"may_close": self.has_close_permission(request)} | (extra_context or {})
        return super().change_view(request, object_id, form_url, told)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = super().get_changelist_instance(request)
        for alarm in page.result_list:
            alarm.opens = may_be_opened(alarm, request)
        return page

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        alarm = super().get_object(request, *args, **kwargs)
        if alarm is not None:
            alarm.opens = may_be_opened(alarm, request)
        return alarm

    @admin.display(description=_("subject"), ordering="subject")
    def row_link(self, alarm: Any) -> str:
        said = in_words(alarm)
        if not alarm.opens:
            return said
        link = reverse("admin:notices_alarm_row", args=[alarm.pk])
        return format_html('<a class="text-important underline" href="{}">{}</a>', link, said)

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
        self._close(request, queryset.values_list("pk", flat=True))

    def _close(self, request: HttpRequest, keys: Iterable[int]) -> None:
        now, by = clock.now(), request.user.holder  # type: ignore[union-attr]
        count = sum(close(alarm_id=pk, by=by, now=now) for pk in keys)
        said = ngettext("%(count)d alarm was closed.", "%(count)d alarms were closed.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


def _page_of(alarm: Alarm) -> str:
    return reverse("admin:notices_alarm_change", args=[alarm.pk])
