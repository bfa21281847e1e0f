"""Importing on the page: looked at, confirmed as looked at, nothing lost, nothing left lying around."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kameng.accounts.roles import MerchantRole
from kameng.lib import crypto, uploads
from shop.catalog.models import Sku
from shop.inventory.models import Batch, Secret, UnitStatus
from tests import factories
from tests.admin.people import platform, signed_in, staff

pytestmark = pytest.mark.django_db

PAGE = "/admin/inventory/batch/add/"


@pytest.fixture
def sku() -> Sku:
    return factories.sku()


@pytest.fixture
def client(sku: Sku) -> Client:
    return signed_in(staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE))


def look(client: Client, sku: Sku, text: str = "", **more: Any) -> str:
    answer = client.post(PAGE, {"sku": sku.pk, "text": text, "look": "1", **more})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def typed(page: str) -> dict[str, str]:
    """What the page's form holds, as a browser would send it."""
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    assert area
    return {"text": unescape(area[1]), **{name: unescape(value) for name, value in hidden}}


def counts(page: str) -> dict[str, int]:
    return {name: int(n) for name, n in re.findall(r'data-count="(\w+)">\s*(\d+)', page)}


def opened() -> list[str]:
    rows = Secret.objects.filter(units__batch__source__in=["粘贴", "keys.txt", "pasted"]).order_by("pk")
    return [crypto.ring().open(row.sealed, row.place).decode() for row in rows]


def test_a_preview_counts_and_stores_nothing(client: Client, sku: Sku) -> None:
    page = look(client, sku, "A\r\nB\r\nA\r\n\r\nC\u200bD\r\nE")
    assert counts(page) == {"new": 3, "repeated": 1, "known": 0, "malformed": 1}
    assert "U+200B" in page
    assert not Secret.objects.exists()


def lines_of(page: str, name: str) -> list[str]:
    told = re.search(rf'data-lines="{name}">(.*?)</ul>', page, re.DOTALL)
    return [" ".join(unescape(line).split()) for line in re.findall(r"<li>(.*?)</li>", told[1], re.DOTALL)] if told else []


def test_every_line_that_is_left_out_is_named_with_its_reason(client: Client, sku: Sku) -> None:
    client.post(PAGE, {"sku": sku.pk, **typed(look(client, sku, "OLD-ONE")), "confirm": "1"})
    page = look(client, sku, "NEW-ONE\r\n\r\nOLD-ONE\r\nNEW-ONE\r\nBAD\u200bONE")
    assert lines_of(page, "skipped") == [
        "第 3 行：店内已有",
        "第 4 行：与前面的某行相同",
        "第 5 行：含有看不见的字符 (U+200B)",
    ]


def test_no_more_lines_are_listed_than_can_be_read(client: Client, sku: Sku) -> None:
    page = look(client, sku, "SAME\r\n" * 302)
    assert len(lines_of(page, "skipped")) == 201
    assert "101" in lines_of(page, "skipped")[-1]


def test_lines_unlike_the_others_are_pointed_at_and_taken_all_the_same(client: Client, sku: Sku) -> None:
    page = look(client, sku, "AAAA-1111-2222\r\nBBBB-1111-2222\r\nCC\r\nDDDD-1111-2222\r\ncard numbers, new")
    assert [line.partition("：")[0] for line in lines_of(page, "unlike")] == ["第 3 行", "第 5 行"]
    assert counts(page)["new"] == 5
    assert client.post(PAGE, {"sku": sku.pk, **typed(page), "confirm": "1"}).status_code == 302
    assert Batch.objects.filter(new=5).exists()


def test_confirming_stores_exactly_what_was_shown(client: Client, sku: Sku) -> None:
    text = "1%0A2\r\na+b\r\n=1+1\r\n007\r\ntrailing  \r\n<b>&amp;</b>"
    page = look(client, sku, text)
    answer = client.post(PAGE, {"sku": sku.pk, **typed(page), "confirm": "1"})
    batch = Batch.objects.get(new=6)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:inventory_batch_change", args=[batch.pk])
    assert opened() == ["1%0A2", "a+b", "=1+1", "007", "trailing", "<b>&amp;</b>"]
    assert batch.created_by is not None


def test_white_space_is_kept_when_it_is_asked_for(client: Client, sku: Sku) -> None:
    page = look(client, sku, " A \r\nB", keep_space="on")
    client.post(PAGE, {"sku": sku.pk, **typed(page), "keep_space": "on", "confirm": "1"})
    assert opened() == [" A ", "B"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_stands_in_the_form_like_a_pasted_text(client: Client, sku: Sku, encoding: str) -> None:
    file = SimpleUploadedFile("keys.txt", "卡号一----密码\r卡号二\n007".encode(encoding))
    page = look(client, sku, file=file)
    assert counts(page)["new"] == 3
    client.post(PAGE, {"sku": sku.pk, **typed(page), "confirm": "1"})
    assert opened() == ["卡号一----密码", "卡号二", "007"]
    assert Batch.objects.get(new=3).source == "keys.txt"


def test_what_was_changed_after_the_preview_is_looked_at_again(client: Client, sku: Sku) -> None:
    form = typed(look(client, sku, "A"))
    answer = client.post(PAGE, {"sku": sku.pk, **form, "text": "A\r\nB", "confirm": "1"})
    assert answer.status_code == 200
    assert counts(answer.content.decode())["new"] == 2
    assert not Secret.objects.exists()


def test_the_same_again_is_nothing_new(client: Client, sku: Sku) -> None:
    client.post(PAGE, {"sku": sku.pk, **typed(look(client, sku, "A")), "confirm": "1"})
    page = look(client, sku, "A")
    assert counts(page) == {"new": 0, "repeated": 0, "known": 1, "malformed": 0}
    assert 'name="confirm"' not in page


@pytest.mark.parametrize(
    "more",
    [
        {"sku": ""},
        {"sku": "999999"},
        {"file": SimpleUploadedFile("x.txt", b"other")},
        {"text": "KEEP-ME\r\n" * 100_001},
    ],
)
def test_an_error_keeps_what_was_typed(client: Client, sku: Sku, more: dict[str, Any]) -> None:
    page = client.post(PAGE, {"sku": sku.pk, "text": "KEEP-ME", "look": "1", **more}).content.decode()
    assert "KEEP-ME" in typed(page)["text"]
    assert "errornote" in page
    assert "data-count" not in page


@pytest.mark.parametrize("raw", [b"MZ\0\0\0", b"\x81\xff\xff\n"])
def test_a_file_that_is_no_text_is_refused_with_a_reason(client: Client, sku: Sku, raw: bytes) -> None:
    page = look(client, sku, file=SimpleUploadedFile("keys.txt", raw))
    assert "UTF-8" in page
    assert "data-count" not in page


def test_a_file_that_is_too_large_is_never_kept(client: Client, sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 0)
    answer = client.post(PAGE, {"sku": sku.pk, "look": "1", "file": SimpleUploadedFile("keys.txt", b"A\n" * 100_000)})
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "10 MiB" in page
    assert "data-count" not in page


def test_an_uploaded_file_never_touches_a_disk(client: Client, sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    lines = b"".join(b"%07d-PADDING-PADDING-PADDING\n" % n for n in range(90_000))
    assert len(lines) > 2_621_440
    assert counts(look(client, sku, file=SimpleUploadedFile("keys.txt", lines)))["new"] == 90_000


def test_between_preview_and_confirmation_nothing_is_kept(client: Client, sku: Sku) -> None:
    look(client, sku, "CANARY-SESSION")
    for session in Session.objects.all():
        assert "CANARY" not in str(session.get_decoded())
    assert "CANARY" not in str(client.cookies)


def test_the_message_says_how_many_and_not_what(client: Client, sku: Sku) -> None:
    form = typed(look(client, sku, "CANARY-MESSAGE"))
    page = client.post(PAGE, {"sku": sku.pk, **form, "confirm": "1"}, follow=True).content.decode()
    assert "CANARY" not in page
    assert "•" in client.get(reverse("admin:inventory_stockunit_changelist")).content.decode()


def test_units_are_masked_everywhere(client: Client, sku: Sku) -> None:
    client.post(PAGE, {"sku": sku.pk, **typed(look(client, sku, "CANARY-UNIT")), "confirm": "1"})
    secret = Secret.objects.get()
    unit = secret.units.get()
    for address in (
        reverse("admin:inventory_stockunit_changelist"),
        reverse("admin:inventory_stockunit_change", args=[unit.pk]),
    ):
        page = client.get(address).content.decode()
        assert not any(text in page for text in ("CANARY", secret.sealed, secret.fingerprint))


def test_who_may_not_import_gets_no_page(sku: Sku) -> None:
    for person in (staff("Orders", sku.listing.merchant, MerchantRole.ORDERS), platform()):
        assert signed_in(person).get(PAGE).status_code == 403
        assert signed_in(person).post(PAGE, {"sku": sku.pk, "text": "A"}).status_code == 403


def test_the_first_lines_are_shown_with_what_cannot_be_seen_and_what_becomes_of_them(client: Client, sku: Sku) -> None:
    page = look(client, sku, "A B\r\n\r\nC\u200bD\r\nA B\r\nFULL\uff11")
    rows = re.findall(r'data-row="(\d+)">(.*?)</tr>', page, re.DOTALL)
    assert [number for number, _row in rows] == ["1", "3", "4", "5"]
    shown = [re.sub(r"<[^>]+>", "", row.replace("<mark", "[<mark").replace("</mark>", "</mark>]")) for _number, row in rows]
    assert [" ".join(row.split()).partition(" ")[2].split(" ")[0] for row in shown] == [
        "A[␣]B",
        "C[U+200B]D",
        "A[␣]B",
        "FULL[１]",
    ]


def test_no_more_than_twenty_lines_are_shown(client: Client, sku: Sku) -> None:
    page = look(client, sku, "\r\n".join(f"KEY-{n:04}" for n in range(30)))
    assert page.count("data-row=") == 20


def table(answer: Any) -> list[list[str]]:
    assert answer["Content-Type"].startswith("text/csv")
    assert "no-store" in answer["Cache-Control"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_lines_that_would_be_left_out_can_be_taken_as_a_file_before_anything_is_stored(client: Client, sku: Sku) -> None:
    form = typed(look(client, sku, "A\r\n=1+1\r\n=1+1\r\nC\u200bD"))
    answer = client.post(PAGE, {"sku": sku.pk, **form, "rejects": "1"})
    assert [(row[0], row[2]) for row in table(answer)[1:]] == [("3", "'=1+1"), ("4", "C\u200bD")]
    assert not Batch.objects.filter(new__gt=0).exists()


class TestColumns:
    FILE = "序号,卡密,面值\r\n1,AAAA-1111,50\r\n2,BBBB-2222,50\r\n"

    def test_they_are_shown_with_samples_and_the_guess_is_ticked(self, client: Client, sku: Sku) -> None:
        page = look(client, sku, file=SimpleUploadedFile("keys.csv", self.FILE.encode("gb18030")))
        ticked = re.findall(r'name="columns"\s+value="(\d)"\s+id="column-\d"\s+(checked)?', page)
        assert ticked == [("0", ""), ("1", "checked"), ("2", "")]
        assert "B · 卡密" in page
        assert counts(page)["new"] == 2

    def test_others_can_be_chosen_and_are_taken_then(self, client: Client, sku: Sku) -> None:
        form = typed(look(client, sku, file=SimpleUploadedFile("keys.csv", self.FILE.encode())))
        told = {"sku": sku.pk, **form, "divider": "comma", "columns": ["1", "2"], "glue": "----", "heading": "on"}
        page = client.post(PAGE, told | {"look": "1"}).content.decode()
        client.post(PAGE, told | typed(page) | {"confirm": "1"})
        rows = Secret.objects.filter(units__batch__source="keys.csv").order_by("pk")
        plain = [crypto.ring().open(row.sealed, row.place).decode() for row in rows]
        assert plain == ["AAAA-1111----50", "BBBB-2222----50"]

    @pytest.mark.parametrize("odd", [{"columns": ["9"]}, {"columns": ["x", "-1"]}, {"divider": "?"}, {"glue": "\0"}])
    def test_what_no_page_sends_does_no_harm(self, client: Client, sku: Sku, odd: dict[str, Any]) -> None:
        told = {"sku": sku.pk, "text": self.FILE, "divider": "comma", "look": "1"} | odd
        assert client.post(PAGE, told).status_code == 200


class TestWithdrawing:
    def test_the_number_must_be_typed(self, client: Client, sku: Sku) -> None:
        client.post(PAGE, {"sku": sku.pk, **typed(look(client, sku, "A\r\nB")), "confirm": "1"})
        batch = Batch.objects.get(new=2)
        address = f"/admin/inventory/batch/{batch.pk}/withdraw/"
        assert address in client.get(reverse("admin:inventory_batch_change", args=[batch.pk])).content.decode()
        assert client.get(address).status_code == 200
        assert client.post(address, {"number": "0"}).status_code == 200
        assert batch.units.filter(status=UnitStatus.AVAILABLE).count() == 2
        assert client.post(address, {"number": str(batch.pk)}).status_code == 302
        assert batch.units.filter(status=UnitStatus.RETIRED).count() == 2

    def test_a_batch_is_not_edited(self, client: Client, sku: Sku) -> None:
        batch = factories.stock(sku, 1)[0].batch
        assert client.post(reverse("admin:inventory_batch_change", args=[batch.pk]), {"source": "x"}).status_code == 403
