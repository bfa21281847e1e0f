"""What every page of the admin stands on: who sees which rows, and nothing that a verb should have done.

Duck typing keeps this file free of the rooms: the user's `reach` says where a person may do something, and `merchant_path`
says how a model's rows are a merchant's. Default is deny: rows without a path belong to the platform.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from kameng.lib.admin_names import names_of, reason_of
from kameng.lib.reach import Reach, reach_of

#: Filters in an address may compare a listed field with these; nothing may look through it at other columns.
COMPARISONS = ("", "__exact", "__id__exact", "__in", "__isnull", "__isempty", "__gt", "__gte", "__lt", "__lte")


class HouseAdmin(ModelAdmin):
    """Rows of the platform, or of merchants when `merchant_path` leads from the row to one ("" is the merchant itself).

    `shared` rows are seen by everybody who has a role for them. Deleting is off; a status is never in a form.
    """

    merchant_path: str | None = None
    shared = False
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    compressed_fields = True

    def within(self, rows: "QuerySet[Any]", merchants: frozenset[int]) -> "QuerySet[Any]":
        """Those of the rows that belong to these merchants."""
        if self.merchant_path is None:
            return rows.none()
        return rows.filter(**{f"{self.merchant_path or 'pk'}__in": merchants})

    def reachable(self, rows: "QuerySet[Any]", reach: Reach) -> "QuerySet[Any]":
        """Those of the rows on which somebody with this reach may act."""
        if reach.everywhere or (self.shared and reach):
            return rows
        return self.within(rows, reach.merchants)

    def reach(self, request: HttpRequest, action: str) -> Reach:
        return reach_of(request, self.opts.label_lower, action)

    def may(self, request: HttpRequest, action: str, obj: Model | None = None) -> bool:
        """Whether the person may do this at all, or to this row."""
        reach = self.reach(request, action)
        if reach.everywhere or (self.shared and reach):
            return True
        if not reach or self.merchant_path is None:
            return False
        return not isinstance(obj, Model) or self.is_within(request, obj, reach.merchants)

    def is_within(self, request: HttpRequest, obj: Model, merchants: frozenset[int]) -> bool:
        # Django asks about the same row a dozen times while it draws one page.
        asked: dict[Any, bool] = request.__dict__.setdefault("_asked", {})
        key = (self.opts.label_lower, obj.pk, merchants)
        if key not in asked:
            asked[key] = self.within(self.model._default_manager.filter(pk=obj.pk), merchants).exists()
        return asked[key]

    def row(self, request: HttpRequest, key: str | None) -> Any:
        """The row that an address names, if there is one and the person may see it; a key that is none names no row."""
        return self.get_object(request, unquote(key)) if key else None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)
        return self.reachable(rows, self.reach(request, "view"))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        # PostgreSQL takes no such text; the list answers as to any other filter that it does not know.
        if any("\0" in value for name in request.GET for value in request.GET.getlist(name)):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def response_action(self, request: HttpRequest, queryset: "QuerySet[Any]") -> Any:
        # An action does something to rows: those that one may only look at are not handed to it.
        return super().response_action(request, self.reachable(queryset, self.reach(request, "change")))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        listed = [item[0] if isinstance(item, list | tuple) else item for item in (*self.list_filter, self.date_hierarchy)]
        own = {getattr(item, "parameter_name", None) for item in listed}
        names = [name for name in listed if isinstance(name, str)]
        return lookup in own or any(lookup == name + comparison for name in names for comparison in COMPARISONS)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return without_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = choices(self.admin_site, db_field.related_model, request, self.reach(request, "add"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyAdmin(HouseAdmin):
    """Rows that only verbs write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class HouseInline(TabularInline):
    """Rows of a page's row: the roles of their own model decide, at the merchant of the page's row."""

    extra = 0

    def _may(self, request: HttpRequest, action: str, parent: Model | None) -> bool:
        reach = reach_of(request, self.opts.label_lower, action)
        page = self.admin_site._registry.get(self.parent_model)
        if reach.everywhere or not reach or parent is None or parent.pk is None:
            return bool(reach)
        return isinstance(page, HouseAdmin) and page.is_within(request, parent, reach.merchants)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "delete", obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return without_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        for name, field in formset.form.base_fields.items():
            # The theme's tables name a column, and none of its fields. A label stays lazy, as the form is everybody's.
            field.widget.attrs.setdefault("aria-label", field.label or name)
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        reach = reach_of(request, self.opts.label_lower, "add")
        kwargs["queryset"] = choices(self.admin_site, db_field.related_model, request, reach)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyInline(TabularInline):
    """Rows that only verbs write; who may open the page may read them. `fields` names what is shown."""

    extra = 0
    can_delete = False
    per_page = 20

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StepInline(ReadOnlyInline):
    """Steps of the page's row, oldest first, by people who are named as far as the reader may know them."""

    fields = ("at", "step", "who", "why")
    ordering = ("pk",)
    hide_title = True

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        page: Any = self.admin_site._registry[self.parent_model]
        # An inline is made anew for each request, other than the page it stands on.
        self.reach: Reach = page.reach(request, "view")
        self.guests = self.named_guests(obj) if self.reach.everywhere and obj else {}
        self.names: dict[str, str] = {}
        return super().get_formset(request, obj, **kwargs)

    def named_guests(self, row: Any) -> dict[str, str]:
        """What the guests are called who may have taken steps of this row, by code."""
        return {}

    @admin.display(description=_("step"))
    def step(self, event: Any) -> str:
        return shown_step(event, self.parent_model)

    @admin.display(description=_("by"))
    def who(self, event: Any) -> str:
        if event.actor not in self.names:
            self.names |= names_of([event.actor], reach=self.reach, guests=self.guests)
        return self.names[event.actor]

    @admin.display(description=_("reason"))
    def why(self, event: Any) -> str:
        return reason_of(event.reason)


def choices(site: AdminSite, related: type[Model], request: HttpRequest, reach: Reach) -> "QuerySet[Any]":
    """The rows that somebody with this reach may point at; of a model that no page shows, none unless the reach is all."""
    page = site._registry.get(related)
    rows: QuerySet[Any] = related._default_manager.all()
    if not isinstance(page, HouseAdmin):
        return rows if reach.everywhere else rows.none()
    visible = page.get_queryset(request)
    return visible if page.shared or reach.everywhere else page.within(visible, reach.merchants)


def shown_step(event: Any, model: type[Model]) -> str:
    """A step of a row of the model in words: the status it left and the one it reached."""
    names = dict(model._meta.get_field("status").flatchoices)  # type: ignore[union-attr]
    return " → ".join(str(names.get(code, code)) for code in (event.from_status, event.to_status) if code)


def without_links(field: Any) -> Any:
    """The field without buttons that would open other pages in a window."""
    for name in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        if hasattr(getattr(field, "widget", None), name):
            setattr(field.widget, name, False)
    return field
