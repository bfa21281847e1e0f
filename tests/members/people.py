"""Members at a browser."""

from django.conf import settings
from playwright.sync_api import Page

from tests import factories as f
from tests.harness.fixtures import Site
from tests.tracking.visitors import signed_in


def sign_in(site: Site, page: Page, name: str) -> None:
    """The page's browser is this member's from now on."""
    cookie = signed_in(f.member(name)).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
