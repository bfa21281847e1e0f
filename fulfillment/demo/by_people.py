"""Orders that people of the shops delivered: by hand within minutes, by courier within days; the last ones still wait."""

import datetime as dt
from collections.abc import Mapping, Sequence

from fulfillment.delivery.manual import Goods, hand_in, take_up
from fulfillment.delivery.models import READ, Fulfillment
from fulfillment.delivery.shipping import Parcel, receive, ship
from fulfillment.demo.codes import code
from fulfillment.demo.scenes import SECOND, Scene, guest, some, waiting
from kameng.accounts.models import User
from shop.catalog.models import Mode, Sku
from shop.inventory.typed import seal_typed
from shop.orders.complete import complete
from shop.orders.models import OrderLine

#: So many orders of each SKU were delivered, over so many days.
EACH, DAYS = 5, 14
#: So many products delivered by hand have an order that still waits.
STILL_WAITING = 4
COURIER = "迅达快递"


def by_people(scene: Scene, skus: Sequence[Sku], owners: Mapping[str, User]) -> None:
    """Past orders of every counted SKU, delivered by its shop's owner (`owners` by the merchant's slug)."""
    handed = [sku for sku in skus if sku.mode == Mode.MANUAL]
    shipped = [sku for sku in skus if sku.mode == Mode.SHIPMENT]
    for n, sku in enumerate([*handed, *shipped]):
        owner = owners[sku.listing.merchant.slug]
        # The oldest first: who paid earlier is served earlier.
        for i in reversed(range(EACH)):
            at = scene.now - dt.timedelta(days=DAYS * i // EACH + 1, hours=some(12), minutes=n)
            line = waiting(scene, sku, guest(2000 + EACH * n + i), at)
            if sku.mode == Mode.SHIPMENT:
                _sent(scene, line, owner, at, arrives=i > 0)
            else:
                _handed_in(scene, line, owner, at)
    for n, sku in enumerate(handed[:: max(1, len(handed) // STILL_WAITING)]):
        waiting(scene, sku, guest(3000 + n), scene.now - dt.timedelta(minutes=8 - 2 * n))


def _handed_in(scene: Scene, line: OrderLine, owner: User, at: dt.datetime) -> None:
    done = at + dt.timedelta(minutes=2 + some(14), seconds=some(60))
    row = Fulfillment.objects.get(line=line)
    take_up(fulfillment_id=row.pk, user=owner, now=done - 90 * SECOND)
    typed = seal_typed(secrets=[code("FY")], merchant=line.merchant) if line.kind in READ else None
    hand_in(fulfillment_id=row.pk, user=owner, goods=Goods(typed) if typed else Goods(done=1), now=done)
    complete(line_id=line.pk, now=scene.now)


def _sent(scene: Scene, line: OrderLine, owner: User, at: dt.datetime, *, arrives: bool) -> None:
    """Packed within hours; what is sent last is still on its way."""
    packed = at + dt.timedelta(hours=2 + some(6))
    row = Fulfillment.objects.get(line=line)
    take_up(fulfillment_id=row.pk, user=owner, now=packed - 300 * SECOND)
    ship(fulfillment_id=row.pk, user=owner, parcel=Parcel(COURIER, f"XD{10**9 + some(10**9)}"), now=packed)
    if arrives:
        receive(line_id=line.pk, actor=line.order.holder, now=packed + dt.timedelta(hours=30 + some(20)))
        complete(line_id=line.pk, now=scene.now)
