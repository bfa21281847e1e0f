"""Card faces as images: named by what they show, so that they are kept for good."""

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


def test_a_shelf_has_a_face() -> None:
    status, _keep, svg = face(category_face_name(category()) + "-s")
    assert status == 200
    assert "游" in svg


@pytest.mark.parametrize(
    "key", ["s1", "x1.aa-l", "s999999.aa-l", "s-l", "-l", "s" + "9" * 40 + ".a-l", "c5.a-xl", "s1.a-l-dim-dim"]
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
