"""Settings read from the environment."""

import subprocess
import sys
from pathlib import Path

import pytest

from kameng.lib import env
from tests.checks import production

pytestmark = pytest.mark.once

MAIL = "from django.conf import settings as s; print(s.EMAIL_FILE_PATH)"


def test_each_database_has_a_folder_of_its_own_for_what_belongs_to_it(tmp_path: Path) -> None:
    urls = [
        "",
        f"sqlite://{tmp_path}/kameng.sqlite3",
        "postgres://a@127.0.0.1/kameng",
        "postgres://a@127.0.0.1:5433/kameng",
        "postgres://a@/kameng?host=/run/postgresql",
        "postgres://a@127.0.0.1/../etc",
    ]
    labels = [env.label(env.database(url, tmp_path / "var")) for url in urls]
    assert len(set(labels)) == len(urls)
    assert labels[0].startswith("sqlite3-kameng-")
    assert labels[2].startswith("postgresql-kameng-")
    assert not [label for label in labels if set(label) & set("/.:")]
    assert env.label(env.database(urls[2], tmp_path)) == labels[2]


def test_the_demo_keeps_the_mail_of_each_database_apart() -> None:
    with production.environment() as environment:
        folders = {
            subprocess.run(
                [sys.executable, "-c", MAIL],
                env=environment | {"KAMENG_DEMO": "1", "DATABASE_URL": url},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for url in ("", "postgres://a@127.0.0.1/kameng")
        }
    assert len(folders) == 2
