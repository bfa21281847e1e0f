"""What buyers fill in, composed in the admin without scripts: nothing typed is lost, what is wrong is said in place."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from kameng.accounts.roles import MerchantRole
from kameng.lib import clock
from kameng.lib.inputs.library import ALL
from kameng.lib.inputs.specs import load
from shop.catalog.models import Kind, Sku
from shop.orders.models import OrderLine
from shop.orders.place import Item, place
from tests import factories as f
from tests.admin.composer import Composer
from tests.admin.people import signed_in, staff
from tests.storefront.asking import QQ, ROLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def sku() -> Sku:
    return f.by_hand(kind=Kind.TOP_UP, on_sale=False)


@pytest.fixture
def page(sku: Sku) -> Composer:
    return at(sku)


def at(sku: Sku) -> Composer:
    """The page of this SKU in the browser of one who keeps its merchant's catalogue."""
    browser = signed_in(staff(f"Cat{sku.pk}", sku.listing.merchant, MerchantRole.CATALOGUE))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Composer(browser, sku).open()


def test_a_game_is_composed_and_buyers_are_asked_so(page: Composer, sku: Sku) -> None:
    page.add("server").type(1, label="Server", param_regions='Asia: Sakura, Maple，竹\n"EU: new"：North')
    page.add("role-id").type(
        2, label="Player ID", help="Digits only.", example="1082 7743 65", where="Open the game.\nTap your face."
    )
    page.type(2, param_shortest="9", param_longest="10", required=None)
    page.press("save")
    assert "Buyers of Star Abyss 648 gems are asked so from now on. It is off sale: put it on sale on its page." in page.text
    key = page.keys[1]
    assert page.stored[0]["params"] == {
        "regions": [{"name": "Asia", "items": ["Sakura", "Maple", "竹"]}, {"name": "EU: new", "items": ["North"]}]
    }
    assert page.stored[1] == {
        "key": key,
        "type": "role-id",
        "label": "Player ID",
        "help": "Digits only.",
        "example": "1082 7743 65",
        "where": "Open the game.\nTap your face.",
        "required": False,
        "params": {"shortest": 9, "longest": 10, "alphabet": "digits"},
    }
    for said in ("Server", "Player ID", "(optional)", "For example 1082 7743 65", "Tap your face."):
        assert said in page.preview
    assert page.value(1, "param_regions") == 'Asia: Sakura, Maple, 竹\n"EU: new": North'
    page.press("save")
    assert "Nothing has changed." in page.text


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_every_type_can_be_added_saved_and_opened_again(page: Composer, kind: Any) -> None:
    page.add(kind.name)
    lists = {"server": {"param_regions": "A: One, Two"}, "choice": {"param_options": "One\nTwo"}}
    page.type(1, **lists.get(kind.name, {})).press("save")
    assert [each["type"] for each in page.stored] == [kind.name]
    before = page.stored
    assert load(before)[0].kind.name == kind.name
    page.open().press("save")
    assert page.stored == before


def test_nothing_typed_is_lost_by_adding_moving_and_removing(page: Composer) -> None:
    page.add("role-id").type(1, label="Hero", example="not good", param_shortest="many", where="one\n\ntwo")
    page.add("qq").type(2, label="").add("phone").type(3, label="Abroad", param_countries=["CN", "HK"], required=None)
    page.press("up", 3).press("down", 1).press("remove", 3)
    assert page.labels == ["Abroad", "Hero"]
    assert page.form[f"{page.keys[0]}-param_countries"] == ["CN", "HK"]
    assert f"{page.keys[0]}-required" not in page.form
    assert (page.value(2, "example"), page.value(2, "param_shortest")) == ("not good", "many")
    assert page.value(2, "where").split() == ["one", "two"]
    assert (page.error(2, "param_shortest"), page.error(2, "example")) == ("", "")
    assert page.stored == []


def test_what_is_wrong_is_said_beside_its_input_and_nothing_is_stored(page: Composer) -> None:
    page.add("role-id").type(1, label="", example="1082", param_shortest="9", param_longest="8")
    page.add("role-id").type(2, label="Two", example="10827743", param_shortest="9", param_longest="10")
    page.add("server").type(3, label="Two", param_regions="Asia Sakura").add("choice").type(4, param_options="a\na")
    page.add("text").type(5, label="L" * 41, param_longest="501").press("save")
    assert page.error(1, "label") == "A field needs a label."
    assert page.error(1, "param_longest") == "The most must not be less than the fewest."
    assert page.error(2, "example") == "Buyers could not fill this in: 1 missing: you typed 8, it takes 9 to 10"
    assert page.error(3, "param_regions") == "Line 1 has no region with a colon behind it: Asia Sakura"
    assert page.error(4, "param_options") == "“a” stands there twice."
    assert page.error(5, "label") == "This has 41 characters, at most 40 fit."
    assert page.error(5, "param_longest") == "Give a whole number from 1 to 500."
    assert "Nothing was saved." in page.text
    assert f'href="#id_{page.keys[1]}-example"' in page.html
    assert page.value(3, "param_regions") == "Asia Sakura"
    assert "2 · Two is not ready yet" in page.preview
    assert page.stored == []


def test_two_fields_are_not_called_the_same(page: Composer) -> None:
    page.add("qq").add("qq")
    assert page.labels == ["QQ number", "QQ number 2"]
    page.type(2, label="QQ number").press("save")
    assert page.error(2, "label") == "Field 1 is called so already."
    assert page.stored == []


def test_a_key_is_made_up_once_and_stays(page: Composer) -> None:
    page.add("qq").press("save")
    (first,) = page.keys
    page.type(1, label="Other").add("qq").press("up", 2).press("save")
    assert page.keys[1] == first
    assert len(set(page.keys)) == 2


def test_what_is_removed_and_added_again_is_another_field(page: Composer) -> None:
    page.add("qq").press("save")
    first = page.keys[0]
    page.press("remove", 1).add("qq").press("save")
    assert page.keys[0] != first


@pytest.mark.parametrize(
    "crafted",
    [
        {"row": ["role", "role"]},
        {"row": ["Role Id"]},
        {"row": ["role"], "role-type": "regex"},
        {"row": ["role"], "role-type": "qq"},
        {"row": [f"k{n}" for n in range(13)]},
        {"do": "add", "type": "regex"},
    ],
)
def test_what_no_page_sends_is_refused(page: Composer, sku: Sku, crafted: dict[str, Any]) -> None:
    Sku.objects.filter(pk=sku.pk).update(recipient_fields=[ROLE])
    types = {f"k{n}-type": "qq" for n in range(13)}
    for address in (page.address, reverse("admin:catalog_sku_asks_preview", args=[sku.pk])):
        if "type" in crafted and address != page.address:
            continue
        assert page.client.post(address, {"do": "save", "seen": "", **types, **crafted}).status_code == 400
    assert page.stored == [ROLE]


def test_garbage_in_buttons_does_nothing(page: Composer) -> None:
    page.add("qq")
    for do in ("up:nobody", "remove:", "copy:1", "", "\0", "save:x:y"):
        page.press(do)
        assert page.labels == ["QQ number"]


def test_there_are_at_most_twelve(page: Composer) -> None:
    for _number in range(12):
        page.add("qq")
    assert "more do not fit" in page.text
    assert "There are at most 12 fields." in page.press("add", type="qq").text
    assert len(page.press("save").stored) == 12


def test_fields_are_copied_with_their_keys_from_another_sku_of_the_merchant(page: Composer, sku: Sku) -> None:
    other = f.by_hand(of=sku.listing, kind=Kind.TOP_UP, value="30", recipient_fields=[ROLE, QQ])
    page.open().press("copy", source=str(other.pk))
    assert (page.keys, page.labels) == (["role", "qq"], ["Role ID", "QQ"])
    assert "Nothing is saved yet." in page.text
    assert page.stored == []
    page.press("save")
    assert load(page.stored) == load([ROLE, QQ])


def test_another_merchants_fields_are_neither_offered_nor_copied(page: Composer) -> None:
    theirs = f.by_hand(of=f.listing("Moon", seller=f.merchant("Lotus")), recipient_fields=[ROLE])
    assert "Moon" not in page.open().html
    page.press("copy", source=str(theirs.pk))
    assert "Choose the SKU to copy from." in page.text
    assert page.keys == []


def test_another_merchants_sku_has_no_such_page(page: Composer) -> None:
    theirs = f.by_hand(of=f.listing("Moon", seller=f.merchant("Lotus")), recipient_fields=[ROLE])
    for name in ("asks", "asks_preview"):
        for key in (theirs.pk, 10**12, "x", "0", "-1"):
            address = reverse(f"admin:catalog_sku_{name}", args=[key])
            assert page.client.post(address, {"do": "save", "seen": ""}).status_code == 404
    assert Sku.objects.get(pk=theirs.pk).recipient_fields == [ROLE]


def test_who_may_not_change_it_gets_no_page(sku: Sku) -> None:
    reader = signed_in(staff("Ord", sku.listing.merchant, MerchantRole.ORDERS))
    for name in ("asks", "asks_preview"):
        address = reverse(f"admin:catalog_sku_{name}", args=[sku.pk])
        assert reader.get(address).status_code == 403
        assert reader.post(address, {"do": "save", "seen": ""}).status_code == 403


def test_the_preview_shows_what_is_typed_and_saves_nothing(page: Composer, sku: Sku) -> None:
    page.add("qq").type(1, label="Friend's QQ")
    address = reverse("admin:catalog_sku_asks_preview", args=[sku.pk])
    shown = page.client.post(address, page.form).content.decode()
    assert "Friend&#x27;s QQ" in shown
    assert "<script" not in shown
    assert page.client.get(address).status_code == 405
    assert page.stored == []


def test_what_a_merchant_writes_is_text_in_the_preview_and_the_frame_runs_nothing(page: Composer) -> None:
    page.add("qq").type(1, label="</main><script>x()</script>", help='"><img src=x>').press("look")
    frame = re.search(r'<iframe[^>]*?sandbox="([^"]*)"[^>]*?srcdoc="([^"]*)"', page.html, re.DOTALL)
    assert frame
    assert frame[1] == "allow-same-origin"
    inside = unescape(frame[2])
    assert "&lt;/main&gt;&lt;script&gt;x()&lt;/script&gt;" in inside
    assert "<script" not in inside
    assert "<img" not in inside


def test_the_page_asks_the_same_number_of_questions_however_many_skus_there_are(page: Composer, sku: Sku) -> None:
    f.sku(of=sku.listing, value="one", recipient_fields=[ROLE])
    counts = []
    for more in range(2):
        with CaptureQueriesContext(connection) as asked:
            page.open()
        counts.append(len(asked))
        for number in range(8):
            f.sku(of=f.listing(f"Game {more} {number}"), recipient_fields=[ROLE, QQ])
    assert counts[0] == counts[1] <= 12


def test_who_was_overtaken_is_told_and_decides(page: Composer, sku: Sku) -> None:
    page.add("qq")
    Sku.objects.filter(pk=sku.pk).update(recipient_fields=[ROLE])
    page.press("save")
    assert "Somebody else has changed these fields" in page.text
    assert page.labels == ["QQ number"]
    assert page.stored == [ROLE]
    page.press("save")
    assert [each["label"] for each in page.stored] == ["QQ number"]


@pytest.mark.parametrize(
    "stored", [{}, ["x"], [{"key": "a"}], [{"key": "k", "type": "choice", "label": 7, "params": {"options": 3}}]]
)
def test_what_is_no_field_any_more_can_be_mended(sku: Sku, stored: Any) -> None:
    Sku.objects.filter(pk=sku.pk).update(recipient_fields=stored)
    page = at(sku)
    assert page.client.get(reverse("admin:catalog_sku_change", args=[sku.pk])).status_code == 200
    for number in range(len(page.keys), 0, -1):
        page.press("remove", number)
    assert [each["type"] for each in page.add("qq").press("save").stored] == ["qq"]


def test_orders_that_wait_keep_what_they_stored(sku: Sku) -> None:
    Sku.objects.filter(pk=sku.pk).update(recipient_fields=[ROLE], on_sale=True)
    sku.refresh_from_db()
    f.pay_order(place(buyer=f.buyer(), items=[Item(sku.pk, 1, {"role": "1082774365"})], nonce="once", now=clock.now()))
    before = OrderLine.objects.get().recipient
    page = at(sku)
    page.type(1, label="Something else", param_shortest="3", param_longest="4").add("qq").press("save")
    assert [each["label"] for each in page.stored] == ["Something else", "QQ number"]
    assert OrderLine.objects.get().recipient == before
    assert before == [{"key": "role", "label": "Role ID", "type": "role-id", "value": "1082774365", "shown": "1082 7743 65"}]


def test_the_history_says_what_changed(page: Composer, sku: Sku) -> None:
    page.add("role-id").type(1, label="Role").add("qq").press("save")
    page.type(1, label="Role ID", where="Top left.", param_longest="14").type(2, required=None).press("up", 2).press("save")
    page.press("remove", 1).press("save")
    history = page.client.get(reverse("admin:catalog_sku_history", args=[sku.pk])).content.decode()
    for said in (
        "What buyers fill in: Added “Role”. Added “QQ number”.",
        "Changed “Role”: it is called “Role ID”, where to find it, most characters.",
        "Changed “QQ number”: it may be left empty.",
        "Buyers are asked in another order: “QQ number”, “Role ID”.",
        "What buyers fill in: Removed “QQ number”.",
    ):
        assert said in history
