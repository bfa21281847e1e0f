"""What a quantity of a SKU costs."""

from collections.abc import Iterable

from shop.catalog.models import PriceTier, Sku


def unit_price(sku: Sku, quantity: int, tiers: Iterable[PriceTier]) -> int:
    """Minor units for one of `quantity` units: the tier with the highest reached quantity, else the SKU's price."""
    reached = [tier for tier in tiers if tier.from_quantity <= quantity]
    return max(reached, key=lambda tier: tier.from_quantity).unit_price if reached else sku.price
