"""The checks of the house find what they are for, and pass over what is right."""

from pathlib import Path

import pytest

from tests.checks import hosts, rooms

pytestmark = pytest.mark.once

LAYERS = """
[[tool.importlinter.contracts]]
type = "layers"
layers = ["fulfillment.desk", "shop.orders | shop.catalog", "kameng.lib"]
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Four rooms, all listed."""
    (tmp_path / "pyproject.toml").write_text(LAYERS)
    (tmp_path / "tests").mkdir()
    for name in ("fulfillment/desk", "shop/orders", "shop/catalog", "kameng/lib"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
    return tmp_path


def test_a_house_in_order_passes(house: Path) -> None:
    assert not [*rooms.unlisted_rooms(house), *rooms.models_with_verbs(house), *rooms.too_long(house)]


def test_a_room_without_a_layer_is_found(house: Path) -> None:
    (house / "shop/cart").mkdir()
    (house / "shop/cart/__init__.py").touch()
    assert list(rooms.unlisted_rooms(house)) == ["pyproject.toml: room shop.cart stands in no layer"]


def test_a_layer_without_a_room_is_found(house: Path) -> None:
    (house / "kameng/lib/__init__.py").unlink()
    assert list(rooms.unlisted_rooms(house)) == ["pyproject.toml: layer kameng.lib has no room"]


@pytest.mark.parametrize(
    "line", ["from shop.orders.place import place", "from shop.orders import place", "import shop.orders.place"]
)
def test_models_that_import_a_verb_are_found(house: Path, line: str) -> None:
    (house / "shop/orders/place.py").write_text("from shop.orders.models import Order\n")
    (house / "shop/orders/models.py").write_text(f"{line}\n")
    assert any("shop.orders.place" in fault for fault in rooms.models_with_verbs(house))


def test_models_may_import_pure_helpers_and_lower_rooms(house: Path) -> None:
    (house / "shop/orders/numbers.py").write_text("import secrets\n")
    (house / "shop/orders/models.py").write_text(
        "from shop.orders.numbers import number\nfrom shop.catalog.models import Sku\nfrom kameng.lib.ids import ref\n"
    )
    assert not list(rooms.models_with_verbs(house))


def test_long_files_and_functions_are_found(house: Path) -> None:
    (house / "shop/orders/long.py").write_text("x = 1\n" * 301)
    (house / "tests/test_long.py").write_text("def f():\n" + "    pass\n" * 60)
    assert len(list(rooms.too_long(house))) == 2


def test_a_registrys_host_is_found_and_a_bare_name_is_not(tmp_path: Path) -> None:
    bad, good, picture = tmp_path / "bad.lock", tmp_path / "good.lock", tmp_path / "picture.png"
    bad.write_text(f"django==5.2\nfrom https://files.{hosts.HOSTS[1]}/x\n")
    good.write_text("django==5.2\n")
    picture.write_bytes(b"\x89PNG\xff\xfe")
    assert list(hosts.named([bad, good, picture, tmp_path / "gone"])) == [f"{bad}:2: names {hosts.HOSTS[1]}"]
