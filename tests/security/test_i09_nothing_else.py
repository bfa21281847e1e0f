"""I9: nothing is served but the shop: no repository, no settings, no status of the server, no documentation of itself."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.admin.people import platform, signed_in

pytestmark = pytest.mark.django_db

PROBES = [
    *(
        "/.git/config",
        "/.git/HEAD",
        "/.gitignore",
        "/.env",
        "/.svn/entries",
        "/.DS_Store",
        "/.well-known/security.txt/../.env",
    ),
    *("/server-status", "/server-info", "/nginx_status", "/metrics", "/metrics/", "/status", "/debug/", "/__debug__/"),
    *("/docs/", "/redoc/", "/swagger.json", "/openapi.json", "/schema/", "/api-auth/login/"),
    *(
        "/phpinfo.php",
        "/wp-login.php",
        "/actuator/health",
        "/console",
        "/jenkins/",
        "/cgi-bin/x",
        "/backup.sql",
        "/dump.sql.gz",
    ),
    *("/manage.py", "/pyproject.toml", "/requirements.lock", "/README.md", "/kameng/settings.py", "/var/django.key"),
    *("/static/../manage.py", "/static/%2e%2e/manage.py", "/static/..%2fmanage.py", "/static/", "/static/.git/config"),
    *("/static//etc/passwd", "/media/", "/templates/base.html", "/sandbox/", "/demo/", "/kameng.env", "/db.sqlite3"),
]


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_finds_nothing(path: str) -> None:
    assert Client(raise_request_exception=False).get(path).status_code in {404, 405}


def addresses() -> list[str]:
    """Each address of the shop that names nothing."""
    found = []
    for pattern in _patterns(get_resolver().url_patterns):
        try:
            found.append(reverse(pattern))
        except Exception:
            continue
    return sorted({*found, "/", "/o/0000000000000000/", "/p/none/", "/face/none.svg", "/pay/n/none/", "/static/css/app.css"})


def _patterns(patterns: list[URLPattern | URLResolver], space: str = "") -> list[str]:
    names: list[str] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            names += _patterns(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name:
            names.append(space + one.name)
    return names


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
def test_no_page_answers_a_trace(method: str) -> None:
    browser = signed_in(platform())
    paths = addresses()
    assert len(paths) > 60
    told = {path: browser.generic(method, path, headers={"x-secret": "echo-me"}) for path in paths}
    assert {path: answer.status_code for path, answer in told.items() if answer.status_code not in {404, 405}} == {}
    assert not [path for path, answer in told.items() if b"echo-me" in b"".join(answer)]
