"""The demo's mail page: what was written to files is read again, newest first, with the time of the shop."""

from email.message import EmailMessage as Message
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import include, path

from fulfillment.demo.mailbox import Letter, letters
from kameng.lib import times

#: The shop with its demo pages.
urlpatterns = [path("demo/", include("fulfillment.demo.urls")), path("", include("kameng.urls"))]


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


def test_an_address_ends_where_the_sentence_goes_on() -> None:
    """Full-width signs and brackets stand beside an address and are no part of it."""
    text = (
        "看这里：https://shop.example/o/k/a-b_c/，然后（http://x.example/?a=1&b=2）。 See https://shop.example/p/star. End"
    )
    message = Message()
    message.set_content(text)
    pieces = Letter("one", message).pieces
    assert [piece for piece, address in pieces if address] == [
        "https://shop.example/o/k/a-b_c/",
        "http://x.example/?a=1&b=2",
        "https://shop.example/p/star",
    ]
    assert "".join(piece for piece, _ in pieces).strip() == text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_addresses_look_like_links(client: Client, tmp_path: Path) -> None:
    post = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    EmailMessage("third", "去 https://shop.example/o/1/，好<b>", to=["a@example.com"], connection=post).send()
    html = client.get("/demo/mail/").content.decode()
    assert '去 <a class="link" href="https://shop.example/o/1/">https://shop.example/o/1/</a>，好&lt;b&gt;' in html
