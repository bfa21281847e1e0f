"""Small worlds for tests, made through the domain verbs wherever there is one: merchant, goods, buyer, a paid order.

Times default to the shop's clock, so that `clock.at(noon)` around a test moves everything.
"""

import datetime as dt
import itertools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from fulfillment.delivery.deliver import deliver, undelivered
from fulfillment.delivery.verify import unverified, verify
from kameng.accounts.models import User
from kameng.lib import clock, crypto, ids
from kameng.lib.transitions import begin
from shop.catalog.models import Category, Kind, Listing, Mode, Sku
from shop.inventory.intake import fingerprint
from shop.inventory.models import Batch, Secret, StockUnit
from shop.inventory.pieces import put
from shop.merchants.models import Merchant
from shop.orders.limits import Buyer
from shop.orders.models import Order, OrderLine
from shop.orders.place import Item, place
from shop.payments.confirm import Receipt, confirm
from shop.payments.gateways.registry import seal_settings
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment
from shop.payments.pay import pay

NOON = dt.datetime(2026, 11, 22, 4, 0, 0, tzinfo=dt.UTC)
"""Noon in Shanghai, the time zone of the installation."""
PASSWORD = "a long pass phrase"
SANDBOX_KEY = "a sandbox key of enough letters"
_numbers = itertools.count(1)


def merchant(name: str = "Jade Cards", **fields: Any) -> Merchant:
    """A seller; the same name gives the same one."""
    defaults = {"slug": f"merchant-{next(_numbers)}", "glyph": name[:1], "opened_at": clock.now()}
    return Merchant.objects.get_or_create(name=name, defaults=defaults | fields)[0]


def category(name: str = "Game cards", **fields: Any) -> Category:
    """A shelf with 5 % commission; the same name gives the same one."""
    defaults = {"slug": f"category-{next(_numbers)}", "glyph": "游", "face": "game", "commission_bps": 500}
    return Category.objects.get_or_create(name=name, defaults=defaults | fields)[0]


def listing(title: str = "Star Abyss", *, seller: Merchant | None = None, **fields: Any) -> Listing:
    """A published product page."""
    defaults: dict[str, Any] = {
        "category": category(),
        "slug": f"listing-{next(_numbers)}",
        "brand": title[:20],
        "glyph": title[:1],
        "region": "Global",
        "instructions": "Sign in.\nOpen Settings, then Redeem.\nPaste the code.",
        "published_at": clock.now(),
    }
    return Listing.objects.create(title=title, merchant=seller or merchant(), **(defaults | fields))


def sku(*, units: int | Sequence[str] = 0, of: Listing | None = None, **fields: Any) -> Sku:
    """A SKU at ¥98.00 with so many units in stock, or with these secrets."""
    defaults: dict[str, Any] = {"value": "648", "unit": "gems", "price": 9800}
    made = Sku.objects.create(listing=of or listing(), **(defaults | fields))
    if units:
        stock(made, units)
    return made


def accounts(told: Mapping[str, str], *, of: Listing | None = None) -> Sku:
    """A SKU of accounts of which buyers choose one: `told` are secrets by public descriptions."""
    made = sku(of=of, kind=Kind.ACCOUNT, value="60", unit="level", complaint_seconds=7 * 24 * 3600)
    rows = stock(made, list(told.values()))
    for row, text in zip(rows, told, strict=True):
        row.description = text
    StockUnit.objects.bulk_update(rows, ["description"])
    return made


def pick(made: Sku, description: str) -> Item:
    """The unit of this description, as an order takes it."""
    return Item(made.pk, 1, unit=made.units.get(description=description).secret.ref)


def by_hand(pieces: int = 10, *, of: Listing | None = None, **fields: Any) -> Sku:
    """A SKU that somebody delivers by hand within half an hour, with so many pieces on the shelf: a card key, if not told."""
    times = {"promise_seconds": 1800, "refund_seconds": 24 * 3600}
    made = sku(of=of, **({"mode": Mode.MANUAL} | times | fields))
    put(sku=made, pieces=pieces, actor="factory", now=clock.now())
    return made


def card_to_ship(pieces: int = 10, *, of: Listing | None = None, **fields: Any) -> Sku:
    """A physical card that goes by courier: handed over within two days, or paid back after four."""
    times = {"promise_seconds": 48 * 3600, "refund_seconds": 96 * 3600, "complaint_seconds": 7 * 24 * 3600}
    kind = {"kind": Kind.PHYSICAL, "mode": Mode.SHIPMENT, "value": "500", "unit": "card"}
    return by_hand(pieces, of=of, **(kind | times | fields))


def stock(made: Sku, units: int | Sequence[str]) -> list[StockUnit]:
    """Put units of the SKU on the shelf: so many with made-up secrets, or one secret each (`uses` units a secret)."""
    codes = units if not isinstance(units, int) else [f"CODE-{secrets.token_hex(6).upper()}" for _ in range(units)]
    owner = made.listing.merchant
    sealed = [_sealed(code, owner) for code in codes]
    Secret.objects.bulk_create(sealed)
    batch = Batch.objects.create(sku=made, created_at=clock.now(), source="factory", new=len(sealed))
    rows = [
        StockUnit(sku=made, secret=row, batch=batch, position=next(_numbers)) for row in sealed for _ in range(made.uses)
    ]
    with transaction.atomic():
        StockUnit.objects.bulk_create(rows)
        begin(rows, now=clock.now(), actor="factory")
    return rows


def _sealed(code: str, owner: Merchant) -> Secret:
    row = Secret(merchant=owner, ref=ids.reference(), fingerprint=fingerprint(code))
    row.sealed = crypto.ring().seal(code.encode(), row.place)
    return row


def gateway_account(name: str = "sandbox", **fields: Any) -> GatewayAccount:
    """An enabled sandbox account whose notices are signed with SANDBOX_KEY; the same name gives the same one."""
    found = GatewayAccount.objects.filter(gateway="sandbox", name=name).first()
    if found:
        return found
    made = GatewayAccount(gateway="sandbox", name=name, **({"currency": "CNY"} | fields))
    seal_settings(made, {"pid": f"pid-{name}", "key": SANDBOX_KEY})
    made.save()
    return made


def member(name: str = "Alice", **fields: Any) -> User:
    """A person with an account (password PASSWORD); the same name gives the same one."""
    email = f"{name.lower()}@example.com"
    return User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, name=name, **fields)


def verified(name: str = "Alice") -> User:
    """A member who has shown that the address is theirs, and so signs in without a code."""
    user = member(name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def buyer(name: str = "Alice", *, user: User | None = None, locale: str = "en", **fields: Any) -> Buyer:
    """A guest with an address and a device of its own; a member when `user` is given."""
    defaults: dict[str, Any] = {"device": f"device-{name}", "address": ""}
    email = user.email if user else f"{name.lower()}@example.com"
    return Buyer(email=email, locale=locale, user=user, **(defaults | fields))


def place_order(
    *what: Sku, quantity: int = 1, by: Buyer | None = None, now: dt.datetime | None = None, nonce: str = ""
) -> Order:
    """An unpaid order of `quantity` of each SKU (a new SKU with enough stock when none is named)."""
    skus = what or (sku(units=quantity),)
    items = [Item(each.pk, quantity) for each in skus]
    return place(buyer=by or buyer(), items=items, nonce=nonce or secrets.token_hex(8), now=now or clock.now())


def receive(order: Order, amount: int, *, now: dt.datetime | None = None, account: GatewayAccount | None = None) -> Payment:
    """A confirmed receipt of so many minor units, in the sandbox's books too; the order is not made paid yet."""
    moment = now or clock.now()
    row = Payment(order=order, account=account or gateway_account(), currency=order.currency, amount=order.total)
    row.started_at, row.next_query_at = moment, moment
    trade_no = f"SBX{secrets.token_hex(10).upper()}"
    with transaction.atomic():
        row.save(force_insert=True)
        begin([row], now=moment, actor=order.holder)
        SandboxTrade.objects.create(
            number=row.number,
            trade_no=trade_no,
            amount=order.total,
            currency=order.currency,
            paid=amount,
            created_at=moment,
        )
    confirm(payment_id=row.pk, receipt=Receipt(trade_no, amount, order.currency), now=moment, source="sandbox")
    row.refresh_from_db()
    return row


def pay_order(order: Order | None = None, *, now: dt.datetime | None = None, amount: int | None = None) -> Order:
    """A receipt of the total (or of `amount`), and the attempt to make the order paid with it."""
    order = order or place_order(now=now)
    moment = now or clock.now()
    receive(order, order.total if amount is None else amount, now=moment)
    pay(order_id=order.pk, now=moment)
    order.refresh_from_db()
    return order


def verify_all(now: dt.datetime | None = None) -> None:
    """Verify every paid line."""
    moment = now or clock.now()
    _each(unverified(moment), lambda pk: verify(line_id=pk, now=moment))


def deliver_all(now: dt.datetime | None = None) -> None:
    """Verify and deliver every paid line."""
    moment = now or clock.now()
    verify_all(moment)
    _each(undelivered(moment), lambda pk: deliver(line_id=pk, now=moment))


def _each(keys: Iterable[int], act: Any) -> None:
    for pk in keys:
        act(pk)


def delivered_order(*, quantity: int = 1, by: Buyer | None = None, codes: Sequence[str] = ()) -> Order:
    """An order placed, paid and delivered at this moment; `codes` are its secrets."""
    what = sku(units=codes or quantity)
    order = pay_order(place_order(what, quantity=len(codes) or quantity, by=by))
    deliver_all()
    order.refresh_from_db()
    return order


def line_of(order: Order) -> OrderLine:
    """The order's first line, as it stands in the database."""
    return OrderLine.objects.filter(order=order).order_by("pk")[0]
