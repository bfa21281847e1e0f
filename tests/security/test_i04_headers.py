"""I4: headers of every answer, in an installation behind HTTPS."""

import json
import subprocess
import sys

import pytest
from django.test import Client

from tests import factories
from tests.checks import production

PATHS = [
    "/",
    "/search/?q=x",
    "/c/none/",
    "/p/none/",
    "/checkout/",
    "/checkout/?sku=1",
    "/account/login/",
    "/account/signup/",
    "/account/logout/",
    "/nowhere/",
    "/o/0000000000000000/",
    "/o/0000000000000000/state/",
    "/o/0000000000000000/pay/",
    "/o/k/none/",
    "/face/none.svg",
    "/admin/",
    "/admin/login/",
    "/pay/n/none/",
    "/pay/r/none/",
    "/sandbox/none/",
    "/demo/",
    "/demo/mail/",
    "/i18n/setlang/",
    "/static/none.css",
    "/robots.txt",
    "/favicon.ico",
    "/healthz",
    "/account/",
    "/account/password/reset/",
    "/o/",
    "/p/",
    "/admin/orders/order/",
    "/admin/none/",
    "/o/k/",
    "/pay/",
    "/pay/n/",
    "/pay/r/",
    "/static/",
    "/i18n/",
    "/../etc/passwd",
    "/.git/config",
]

ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
found = {}
for path in sys.argv[1:]:
    answer = client.get(path, secure=True, headers={"host": "shop.example"})
    found[path] = [answer.status_code, dict(answer.headers)]
print(json.dumps(found))
"""


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers(client: Client, path: str) -> None:
    factories.sku(units=1)
    headers = Client(raise_request_exception=False).get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/static/css/app.css", "/static/js/app.js", "/static/img/seal.svg"])
def test_static_files_have_those_that_files_need(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_errors_of_every_kind_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    browser = Client(raise_request_exception=False)
    monkeypatch.setattr("shop.storefront.views.home.render", fail)
    answers = [
        (400, browser.get("/", headers={"host": "evil.example"})),
        (403, Client(enforce_csrf_checks=True).post("/checkout/", {"sku": "1"})),
        (404, browser.get("/nowhere/")),
        (405, browser.post("/search/")),
        (413, browser.post("/checkout/", {"note": "x" * 70_000})),
        (500, browser.get("/")),
    ]
    for status, answer in answers:
        assert answer.status_code == status
        for name in ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options"):
            assert name in answer.headers, (status, name)


@pytest.mark.parametrize(
    ("wished", "told"),
    [
        ({}, "max-age=31536000"),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, "max-age=31536000; includeSubDomains; preload"),
    ],
)
def test_behind_https_browsers_are_told_to_stay_there(wished: dict[str, str], told: str) -> None:
    """Other hosts of the domain are bound only by who says so."""
    with production.environment() as plain:
        environment = plain | wished
        run = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(run, env=environment, check=True, capture_output=True)
        subprocess.run([sys.executable, "manage.py", "createcachetable"], env=environment, check=True, capture_output=True)
        paths = PATHS
        done = subprocess.run(
            [sys.executable, "-c", ASK, *paths], env=environment, check=True, capture_output=True, text=True
        )
    found = json.loads(done.stdout.splitlines()[-1])
    assert set(found) == set(paths)
    for _status, headers in found.values():
        assert headers["Strict-Transport-Security"] == told
