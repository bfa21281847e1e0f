"""I5: Django's own deployment check finds nothing under production settings."""

import subprocess
import sys

from tests.checks import production


def test_the_deployment_check_has_no_warning() -> None:
    with production.environment() as environment:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_its_keys_the_shop_does_not_start() -> None:
    with production.environment() as environment:
        for name in ("SECRET_KEY", "KAMENG_SECRETS_KEYS", "KAMENG_FINGERPRINT_KEY"):
            lacking = {key: value for key, value in environment.items() if key != name}
            command = [sys.executable, "manage.py", "check"]
            done = subprocess.run(command, env=lacking, capture_output=True, text=True, check=False)
            assert done.returncode != 0
            assert f"Set {name} in the environment" in done.stderr
