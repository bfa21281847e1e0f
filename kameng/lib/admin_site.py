"""The admin's site: the theme's, with a search of its own, and nothing completed that no page completes."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import sites
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.apps import DefaultAppConfig
from unfold.sites import UnfoldAdminSite

#: There are fewer pages in the whole admin.
MOST_FOUND = 100


class Completing(AutocompleteJsonView):
    """Django completes every reference of every model to whoever may see where it points."""

    def process_request(self, request: HttpRequest) -> Any:
        told = super().process_request(request)
        field, site = told[2], self.admin_site
        page = site._registry.get(field.model) if site else None
        if page is None or field.name not in page.get_autocomplete_fields(request):
            raise PermissionDenied
        return told


class HouseSite(UnfoldAdminSite):
    """What somebody finds is what they may open now."""

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Pages of the admin by name. The theme would keep the answer, whatever becomes of the person's roles meanwhile."""
        term = request.GET.get("s", "").lower()
        if not term:
            return HttpResponse()
        pages = Paginator(self._search_apps(self.get_app_list(request), term), MOST_FOUND)
        context = {"page_obj": pages, "results": pages.get_page(1), "page_counter": 0, "execution_time": 0}
        name = "command" if "extended" in request.GET else "search"
        return TemplateResponse(request, f"unfold/helpers/{name}_results.html", context, headers={"HX-Trigger": "search"})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """What a field of a page would be completed to, for those that the page says it completes."""
        answer: HttpResponse = Completing.as_view(admin_site=self)(request)  # type: ignore[assignment]
        return answer


class ThemeConfig(DefaultAppConfig):
    """The theme, with our site in the place of its own."""

    default = False

    def ready(self) -> None:
        admin.site = sites.site = HouseSite()
