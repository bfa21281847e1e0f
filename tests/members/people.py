"""Members at a browser."""

from django.conf import settings
from playwright.sync_api import Page

from tests import factories as f
from tests.harness.browsers import DESKTOP, PHONE, Look
from tests.harness.fixtures import Site
from tests.tracking.visitors import signed_in

LOOKS = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark": Look(dark=True),
    "English, dark phone": Look(width=360, height=740, dark=True, locale="en"),
}
ENGLISH = Look(locale="en")
PLAIN = Look(locale="en", javascript=False)


def sign_in(site: Site, page: Page, name: str) -> None:
    """The page's browser is this member's from now on."""
    cookie = signed_in(f.member(name)).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
