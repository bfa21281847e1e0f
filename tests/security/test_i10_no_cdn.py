"""I10: the shop needs nobody else's server, and its own files are named by what is in them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Request, Route

from tests import factories as f
from tests.admin.people import platform, signed_in
from tests.checks import production
from tests.harness.fixtures import Site
from tests.security.sources import ROOT
from tests.security.test_f01_no_markup import enter
from tests.tracking.visitors import signed_in as as_member


@dataclass
class Net:
    """What a browser asked for, where everybody else is cut off."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)

    def cut(self, host: str) -> None:
        def sift(route: Route, request: Request) -> None:
            if urlsplit(request.url).netloc == host:
                self.own.add(urlsplit(request.url).path)
                return route.continue_()
            self.foreign.append(request.url)
            return route.abort()

        self.page.route(re.compile("^(https?|wss?):"), sift)
        self.page.on("requestfailed", lambda request: self.failed.append(f"{request.url} {request.failure}"))
        self.page.on("response", lambda got: self.failed.append(f"{got.status} {got.url}") if got.status >= 400 else None)


@pytest.fixture
def net(browser: Browser, site: Site) -> Iterator[Net]:
    context = browser.new_context(base_url=site.url, locale="en", reduced_motion="reduce")
    made = Net(context.new_page())
    made.cut(urlsplit(site.url).netloc)
    yield made
    context.close()


def crawl(net: Net, starts: list[str], most: int) -> set[str]:
    """Open pages and follow their links; each kind of page once, by its address without its last name."""
    seen: set[str] = set()
    kinds: set[str] = set()
    waiting = list(starts)
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        kind = re.sub(r"[^/]*\d[^/]*|(?<=/[cpm]/)[^/]+", "*", urlsplit(address).path)
        if kind in kinds or re.search(r"logout|export|download|/account/(google|login)", address):
            continue
        kinds.add(kind)
        seen.add(address)
        net.page.goto(address, wait_until="networkidle")
        links = net.page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.href)")
        waiting += [link for link in links if link.startswith(net.page.evaluate("location.origin")) and link not in seen]
    return seen


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_shop_works_with_the_net_cut_off(net: Net, site: Site) -> None:
    alice = f.verified("Alice")
    f.gateway_account()
    order = f.delivered_order(by=f.buyer(user=alice))
    waiting = f.place_order(by=f.buyer(user=alice))
    enter(net.page, site, as_member(alice))
    starts = [
        site.url + path for path in ("/", reverse("order", args=[order.number]), reverse("pay", args=[waiting.number]))
    ]
    seen = crawl(net, starts, most=30)
    assert len(seen) >= 12
    assert (net.foreign, net.failed) == ([], [])
    assert any(path.endswith(".css") for path in net.own)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_admin_works_with_the_net_cut_off(net: Net, site: Site) -> None:
    f.delivered_order()
    enter(net.page, site, signed_in(platform()))
    assert len(crawl(net, [site.url + reverse("admin:index")], most=12)) >= 10
    assert (net.foreign, net.failed) == ([], [])


def test_no_source_of_a_page_names_another_host() -> None:
    pages = [path for ext in ("*.html", "*.js", "*.svg") for path in (ROOT / "templates").rglob(ext)]
    pages += [*(ROOT / "static" / "js").glob("*.js"), *(ROOT / "static" / "css").glob("*.css")]
    loads = re.compile(r"""(?:src|href|url|import|fetch|action)\s*[=(]\s*["']?(?:https?:)?//[\w.-]+""")
    found = {str(path.relative_to(ROOT)): loads.findall(path.read_text()) for path in pages}
    assert {path: told for path, told in found.items() if told} == {}


COLLECTED = """
import django, json
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage as storage
from django.core.management import call_command
call_command("collectstatic", "--noinput", verbosity=0)
names = ["css/app.css", "js/app.js", "js/admin.js", "img/seal.svg", "admin/css/base.css"]
print(json.dumps([storage.url(name) for name in names]))
"""


def test_static_files_are_named_by_what_is_in_them() -> None:
    """So that they may be kept for good, and a new version is fetched at once."""
    with production.environment() as environment:
        run = [sys.executable, "-c", COLLECTED]
        done = subprocess.run(run, env=environment, check=True, capture_output=True, text=True, cwd=ROOT)
    hashed = re.findall(r'"(/static/[^"]+)"', done.stdout)
    assert len(hashed) == 5
    assert [name for name in hashed if not re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", name)] == []
