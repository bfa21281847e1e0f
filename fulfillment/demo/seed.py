"""Filling the demo shop, through the same verbs as everybody else."""

import datetime as dt
import secrets
from collections.abc import Callable

from django.db import transaction

from fulfillment.demo.codes import code
from fulfillment.demo.goods import CATEGORIES, MERCHANTS, PRODUCTS
from fulfillment.demo.goods.shapes import CLOCKS, Good, Product
from fulfillment.demo.history import make_history
from fulfillment.demo.people import make_people
from shop.catalog.models import Category, Listing, PriceTier, Sku
from shop.inventory.described import joined
from shop.inventory.intake import import_batch
from shop.inventory.pieces import put
from shop.merchants.models import Merchant
from shop.payments.gateways.registry import seal_settings
from shop.payments.models import GatewayAccount
from shop.payments.pay import wallet_account

OPENED_BEFORE = dt.timedelta(days=400)
CURRENCY = "CNY"


def filled() -> bool:
    """True once the demo shop has been filled."""
    return GatewayAccount.objects.filter(gateway="sandbox").exists()


def seed(*, now: dt.datetime, tell: Callable[[str], None]) -> None:
    """Merchants, goods, stock, people, a gateway, and a month of orders; `tell` gets a line for each step."""
    units = sum(good.stock for product in PRODUCTS for good in product.goods)
    tell(f"  {len(MERCHANTS)} merchants, {len(PRODUCTS)} products, {units} units …")
    merchants = _merchants(now)
    skus = _catalogue(merchants, now)
    tell("  accounts, wallet, payment …")
    people = make_people(merchants)
    wallet_account(CURRENCY)
    gateway = _gateway()
    make_history(skus=skus, people=people, gateway=gateway, now=now, tell=tell)


def _merchants(now: dt.datetime) -> dict[str, Merchant]:
    return {
        slug: Merchant.objects.create(slug=slug, name=name, glyph=glyph, opened_at=now - OPENED_BEFORE)
        for slug, (name, glyph) in MERCHANTS.items()
    }


def _catalogue(merchants: dict[str, Merchant], now: dt.datetime) -> list[Sku]:
    categories = {
        slug: Category.objects.create(slug=slug, name=name, glyph=glyph, face=face, commission_bps=bps, position=i)
        for i, (slug, (name, glyph, face, bps)) in enumerate(CATEGORIES.items())
    }
    skus = []
    for i, product in enumerate(PRODUCTS):
        published = now - dt.timedelta(days=60, minutes=i)
        listing = _listing(product, categories[product.category], merchants[product.merchant], published)
        for j, good in enumerate(product.goods):
            skus.append(_sku(listing, product, good, j))
            _stock(skus[-1], product, good, now - dt.timedelta(days=45))
    return skus


def _listing(product: Product, category: Category, merchant: Merchant, published: dt.datetime) -> Listing:
    return Listing.objects.create(
        merchant=merchant,
        category=category,
        title=product.title,
        slug=product.slug,
        brand=product.brand,
        glyph=product.glyph,
        region=product.region,
        warning=product.warning,
        summary=product.summary,
        instructions=product.steps,
        published_at=published,
    )


def _sku(listing: Listing, product: Product, good: Good, position: int) -> Sku:
    promise, refund = CLOCKS[product.mode]
    with transaction.atomic():
        sku = Sku.objects.create(
            listing=listing,
            value=good.value,
            unit=good.unit,
            price=good.price,
            list_price=good.list_price,
            uses=good.uses,
            kind=product.kind,
            mode=product.mode,
            recipient_fields=list(product.asks),
            promise_seconds=good.promise or promise,
            refund_seconds=good.refund or refund,
            max_quantity=1 if good.uses > 1 else 50,
            position=position,
        )
        tiers = [PriceTier(sku=sku, from_quantity=quantity, unit_price=price) for quantity, price in good.tiers]
        PriceTier.objects.bulk_create(tiers)
    return sku


def _stock(sku: Sku, product: Product, good: Good, at: dt.datetime) -> None:
    if sku.counted:
        put(sku=sku, pieces=good.stock, actor="import", now=at)
    elif good.stock:
        lines = [joined(_said(sku, product, n), code(product.prefix)) for n in range(good.stock)]
        import_batch(sku=sku, secrets=lines, source="demo.txt", user=None, now=at)


def _said(sku: Sku, product: Product, number: int) -> str:
    """The public description of a unit, where buyers choose one."""
    return product.description(number) if sku.by_unit else ""


def _gateway() -> GatewayAccount:
    account = GatewayAccount(gateway="sandbox", name="演示付款", currency=CURRENCY, position=1)
    seal_settings(account, {"pid": account.public_id, "key": secrets.token_hex(32)})
    account.save()
    return account
