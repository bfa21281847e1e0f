"""I5: Django's own deployment check finds nothing under production settings."""

import subprocess
import sys
from typing import Any

import pytest

from kameng.lib import deployment
from tests.checks import production


def test_the_deployment_check_has_no_warning() -> None:
    with production.environment() as environment:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("url", "complaints"),
    [
        ("", {"W001", "W002"}),
        ("http://127.0.0.1:8000", {"W001", "W002", "W003"}),
        ("https://localhost", {"W001", "W003"}),
        ("https://[::1]", {"W001", "W003"}),
        ("http://shop.example", {"W002"}),
        ("https://other.example", {"W003"}),
    ],
)
def test_an_address_that_leads_buyers_nowhere_is_complained_about(settings: Any, url: str, complaints: set[str]) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = url, ["shop.example"]
    assert {str(found.id).removeprefix("kameng.") for found in deployment.public_address()} == complaints
    settings.SITE_URL = "https://shop.example"
    assert deployment.public_address() == []


def test_the_deployment_check_asks_for_the_public_address() -> None:
    with production.environment() as environment:
        changed = {name: value for name, value in environment.items() if name != "SITE_URL"}
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        done = subprocess.run(command, env=changed, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "SITE_URL is http://127.0.0.1:8000, which no buyer can reach." in done.stderr


def test_without_its_keys_the_shop_does_not_start() -> None:
    with production.environment() as environment:
        for name in ("SECRET_KEY", "KAMENG_SECRETS_KEYS", "KAMENG_FINGERPRINT_KEY"):
            lacking = {key: value for key, value in environment.items() if key != name}
            command = [sys.executable, "manage.py", "check"]
            done = subprocess.run(command, env=lacking, capture_output=True, text=True, check=False)
            assert done.returncode != 0
            assert f"Set {name} in the environment" in done.stderr
