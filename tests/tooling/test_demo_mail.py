"""The demo's mail page: what was written to files is read again, newest first, with the time of the shop."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection

from fulfillment.demo.mailbox import letters
from kameng.lib import times


@pytest.fixture(autouse=True)
def written(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    post = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    # Without a zone of its own, as Django writes it.
    dates = {"first": "Sun, 22 Nov 2026 11:21:43 -0000", "second": "Sun, 22 Nov 2026 11:21:44 +0000"}
    for subject, date in dates.items():
        EmailMessage(subject, "Hello", to=["a@example.com"], headers={"Date": date}, connection=post).send()


def test_the_newest_letter_stands_first_with_its_local_time() -> None:
    newest, oldest = letters()
    assert (newest.message["Subject"], times.full_time(newest.at)) == ("second", "2026-11-22 19:21:44 UTC+8")
    assert (oldest.message["Subject"], times.full_time(oldest.at)) == ("first", "2026-11-22 19:21:43 UTC+8")
