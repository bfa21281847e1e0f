"""The admin's site: the theme's, without what nobody here uses."""

from typing import Any, NoReturn

from django.contrib import admin
from django.contrib.admin import sites
from django.http import Http404, HttpRequest
from unfold.apps import DefaultAppConfig
from unfold.sites import UnfoldAdminSite


class HouseSite(UnfoldAdminSite):
    """The side bar leads everywhere, and each list has a search of its own."""

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        """Closed: the theme would keep what it found for somebody, whatever becomes of their roles meanwhile."""
        raise Http404


class ThemeConfig(DefaultAppConfig):
    """The theme, with our site in the place of its own."""

    default = False

    def ready(self) -> None:
        admin.site = sites.site = HouseSite()
