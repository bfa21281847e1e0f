"""What the demo sells: enough of everything, and nothing that asks for what nobody can fill in."""

import pytest

from fulfillment.demo.filled_in import filled_in
from fulfillment.demo.goods import CATEGORIES, MERCHANTS, PRODUCTS
from fulfillment.demo.goods.shapes import Product
from kameng.lib.inputs.stored import keep
from shop.catalog.models import MODES, Kind, Mode, Sku


def test_there_are_shops_shelves_and_goods_of_every_kind_and_delivery() -> None:
    skus = [good for product in PRODUCTS for good in product.goods]
    assert len(MERCHANTS) >= 4
    assert len(CATEGORIES) == 12
    assert len(skus) >= 60
    assert sum(good.stock for good in skus) >= 5_000
    assert {product.category for product in PRODUCTS} == set(CATEGORIES)
    assert {product.merchant for product in PRODUCTS} == set(MERCHANTS)
    assert {product.kind for product in PRODUCTS} == set(Kind)
    assert {product.mode for product in PRODUCTS} == set(Mode)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: str(product.slug))
def test_each_is_delivered_in_a_way_that_fits_it_and_asks_for_what_it_needs(product: Product) -> None:
    assert product.mode in MODES[product.kind]
    if product.kind in {Kind.TOP_UP, Kind.PHYSICAL}:
        assert product.asks
    sku = Sku(recipient_fields=list(product.asks))
    assert [each["key"] for each in keep(sku.asks, filled_in(sku))] == [field["key"] for field in product.asks]
