import datetime as dt
from collections.abc import Iterator

import pytest

from kameng.lib import clock
from shop.catalog.models import PriceTier, Sku
from tests.factories import NOON, gateway_account
from tests.harness.fixtures import Site
from tests.storefront.carting import goods


@pytest.fixture
def noon() -> Iterator[dt.datetime]:
    """Noon, and the clock stands still."""
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def shelf(site: Site) -> list[Sku]:
    """Star Abyss at ¥98.00, ¥95.00 from 3, of Jade Cards; Moon Harbour at ¥5.00 of Lotus Keys; payable by the sandbox."""
    gateway_account()
    first, second = goods("Star Abyss", units=20), goods("Moon Harbour", "Lotus Keys", units=20, price=500)
    PriceTier.objects.create(sku=first, from_quantity=3, unit_price=9500)
    return [first, second]
