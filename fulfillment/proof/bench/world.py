"""The shop that a benchmark sells from: one hot SKU with a deep pool, made in bulk."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from fulfillment.proof.bench.gateway import SilentGateway
from kameng.lib import crypto, ids
from shop.catalog.models import Category, Listing, Sku
from shop.inventory.models import Batch, Movement, Secret, StockUnit, UnitStatus
from shop.merchants.models import Merchant
from shop.payments.gateways.registry import install, seal_settings
from shop.payments.models import GatewayAccount

CHUNK = 5_000
PRICE = 990


@dataclass(frozen=True)
class World:
    """Keys of what is sold and through which gateway."""

    sku_id: int
    account_id: int


def build(*, units: int, now: dt.datetime) -> World:
    """A merchant, a SKU with so many units, and a sandbox account."""
    tag = ids.reference()[:8]
    merchant = Merchant.objects.create(name=f"Bench {tag}", slug=f"bench-{tag}", opened_at=now)
    category = Category.objects.create(name=f"Bench {tag}", slug=f"bench-{tag}", glyph="B", commission_bps=500)
    listing = Listing.objects.create(
        merchant=merchant, category=category, title="Bench", slug=f"bench-{tag}", brand="Bench", glyph="B", published_at=now
    )
    sku = Sku.objects.create(listing=listing, value="648", price=PRICE)
    restock(sku, units, now)
    install(SilentGateway)
    account = GatewayAccount(gateway=SilentGateway.code, name=f"bench {tag}", currency=settings.CURRENCY)
    seal_settings(account, {"pid": account.public_id, "key": ids.reference()})
    account.save()
    return World(sku.pk, account.pk)


def restock(sku: Sku, units: int, now: dt.datetime) -> None:
    """Put units on the shelf, in chunks; their one sealed value is never opened here."""
    batch = Batch.objects.create(sku=sku, created_at=now, source="bench", new=units)
    merchant = sku.listing.merchant
    sealed = crypto.ring().seal(b"bench", crypto.Place("inventory_secret", merchant.owner, "bench"))
    for start in range(0, units, CHUNK):
        _chunk(sku, batch, sealed, list(range(start, min(start + CHUNK, units))), now)


def _chunk(sku: Sku, batch: Batch, sealed: str, numbers: list[int], now: dt.datetime) -> None:
    with transaction.atomic():
        secrets = [
            Secret(merchant=sku.listing.merchant, ref=ids.reference(), sealed=sealed, fingerprint=ids.reference())
            for _ in numbers
        ]
        Secret.objects.bulk_create(secrets)
        units = [
            StockUnit(sku=sku, secret=secret, batch=batch, position=batch.pk * 10_000_000 + n)
            for secret, n in zip(secrets, numbers, strict=True)
        ]
        StockUnit.objects.bulk_create(units)
        Movement.objects.bulk_create(
            [Movement(unit=u, from_status="", to_status=UnitStatus.AVAILABLE, at=now, actor="bench") for u in units]
        )
