"""Card faces as images: named by what they show, so that they are kept for good."""

import re
from typing import Any

import pytest
from django.urls import reverse

from shop.catalog.faces import category_face_name, sku_face_name
from tests.factories import category, listing, sku
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


def face(key: str) -> "tuple[int, str, str]":
    answer = Shopper().get(reverse("face", args=[key]))
    return answer.status, answer.response.get("Cache-Control", ""), answer.html


@pytest.mark.parametrize("ending", ["-l", "-m", "-s", "-m-dim"])
def test_a_face_is_drawn_once_and_kept(ending: str) -> None:
    status, keep, svg = face(sku_face_name(sku()) + ending)
    assert status == 200
    assert "immutable" in keep
    assert svg.startswith("<svg")


def test_a_changed_face_has_another_name_and_the_old_one_is_not_kept() -> None:
    made = sku()
    old = sku_face_name(made)
    made.value = "980"
    made.save()
    assert sku_face_name(made) != old
    status, keep, svg = face(f"{old}-l")
    assert status == 200
    assert "immutable" not in keep
    assert "980" in svg


def test_several_faces_are_one_image_with_two_queries(django_assert_num_queries: Any) -> None:
    keys = [sku_face_name(sku()) + "-m", sku_face_name(sku()) + "-m-dim", category_face_name(category()) + "-s"]
    with django_assert_num_queries(2):
        status, keep, svg = face(",".join(keys))
    assert (status, "immutable" in keep) == (200, True)
    assert all(f'<symbol id="{key}"' in svg for key in keys)


def test_a_face_that_is_gone_leaves_the_others_and_nothing_is_kept() -> None:
    there = sku_face_name(sku()) + "-m"
    status, keep, svg = face(f"{there},s999999.aa-m")
    assert status == 200
    assert there in svg
    assert "immutable" not in keep


def test_nobody_asks_for_a_thousand_faces() -> None:
    name = sku_face_name(sku())
    assert face(",".join(f"{name}-{size}{dim}" for size in "lms" for dim in ("", "-dim")))[0] == 200
    assert face(",".join(f"{name}-m" for _ in range(61)))[0] == 404


def test_a_page_of_cards_asks_for_all_its_faces_at_once() -> None:
    for n in range(5):
        sku(of=listing(f"Game {n}"))
    sheets = set(re.findall(r'/face/[^"#]+', Shopper().get("/").html))
    assert len(sheets) == 2, "one for the shelves, one for the cards"
    for each in sheets:
        assert Shopper().get(each).status == 200


def test_a_shelf_has_a_face() -> None:
    status, _keep, svg = face(category_face_name(category()) + "-s")
    assert status == 200
    assert "游" in svg


@pytest.mark.parametrize(
    "key",
    ["s1", ",", "s1.aa-m,", "x1.aa-l", "s999999.aa-l", "s-l", "-l", "s" + "9" * 40 + ".a-l", "c5.a-xl", "s1.a-l-dim-dim"],
)
def test_what_is_no_face_is_not_there(key: str) -> None:
    assert face(key)[0] == 404


def test_what_a_merchant_wrote_is_text_in_the_image() -> None:
    made = sku(of=listing("<script>alert(1)</script>", brand="<b>x</b>", region='"><x'))
    svg = face(sku_face_name(made) + "-l")[2]
    assert "<b>" not in svg
    assert "<x" not in svg
    answer = Shopper().get(reverse("face", args=[sku_face_name(made) + "-l"]))
    assert answer.response["Content-Security-Policy"].startswith("default-src 'none'")
