"""Physical goods: handed to a courier, and received.

While a parcel is on its way no clock gives money back; a late one is a person's matter.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fulfillment.delivery.manual import NotYours, check_own, locked
from fulfillment.delivery.models import Fulfillment, FulfillmentStatus, Shipment, ShipmentStatus
from fulfillment.delivery.pay_back import Why, pay_back
from fulfillment.delivery.tell import tell_delivered, tell_shipped
from kameng.accounts.models import User
from kameng.lib import failpoints
from kameng.lib.transitions import Refused, move
from kameng.notices.alarms import raise_alarm, settle
from kameng.notices.kinds import AlarmKind
from kameng.tasks.failing import first
from shop.catalog.models import Mode
from shop.inventory import pieces
from shop.orders.models import LineStatus, OrderLine
from shop.orders.rows import lock_order

#: A parcel that did not arrive within this time is looked for by a person.
ARRIVES_WITHIN = dt.timedelta(days=10)
UNDER_WAY = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.STALLED)


class NotOnItsWay(Refused):
    """The line has no parcel under way."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Who carries it, under which number."""

    courier: str
    number: str


def ship(*, fulfillment_id: int, user: User, parcel: Parcel, now: dt.datetime) -> Shipment:
    """Hand the whole line to a courier: SHIPPED, parcel IN_TRANSIT; the refund deadline ends here. The buyer gets word.

    Raises NotYours.
    """
    with failpoints.commit("ship"):
        line, row = locked(fulfillment_id, now)
        check_own(row, user, now)
        if line.mode != Mode.SHIPMENT:
            raise NotYours(_("This line is not sent by courier."))
        shipment = Shipment.objects.select_for_update(of=("self",)).get(line=line)
        move(line, LineStatus.SHIPPED, now=now, actor=user.holder)
        told = {"courier": parcel.courier, "number": parcel.number, "shipped_at": now, "arrives_by": now + ARRIVES_WITHIN}
        move(shipment, ShipmentStatus.IN_TRANSIT, now=now, actor=user.holder, changes=told)
        Fulfillment.objects.filter(pk=row.pk).update(taken_by=None, taken_until=None)
        tell_shipped(line, line.order, courier=parcel.courier, number=parcel.number, now=now)
        return shipment


def receive(*, line_id: int, actor: str, now: dt.datetime) -> OrderLine:
    """The parcel arrived, says the buyer or support: SHIPPED → DELIVERED, the complaint window opens. Raises NotOnItsWay."""
    with failpoints.commit("receive"):
        line, shipment = _under_way(line_id)
        ends = {"delivered": line.quantity, "delivered_at": now, "complaint_by": line.complaint_end(now)}
        move(line, LineStatus.DELIVERED, now=now, actor=actor, changes=ends)
        move(shipment, ShipmentStatus.DELIVERED, now=now, actor=actor, changes={"arrives_by": None})
        row = Fulfillment.objects.select_for_update(of=("self",)).get(line=line)
        move(row, FulfillmentStatus.DELIVERED, now=now, actor=actor)
        settle(key=_alarm_of(shipment), by=actor, now=now)
        tell_delivered(line, line.order, quantity=line.quantity, now=now)
        return line


def lose(*, line_id: int, actor: str, came_back: bool, now: dt.datetime) -> int:
    """The parcel is lost, or came back, as support found: the money goes back; returns the minor units. Raises NotOnItsWay."""
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    with failpoints.commit("lose"):
        order = lock_order(order_id)
        line, shipment = _under_way(line_id)
        end = ShipmentStatus.RETURNED if came_back else ShipmentStatus.LOST
        reason = "parcel returned" if came_back else "parcel lost"
        amount = pay_back(line=line, order=order, why=Why(actor, reason), now=now)
        if not came_back:
            pieces.take_off(sku=line.sku, most=line.quantity, why=pieces.Why(now, actor, reason))
        move(shipment, end, now=now, actor=actor, reason=reason, changes={"arrives_by": None})
        settle(key=_alarm_of(shipment), by=actor, now=now)
        return amount


def stall(*, shipment_id: int, now: dt.datetime) -> bool:
    """A parcel past its time → STALLED, with an alarm for a person; False when it is not due."""
    with failpoints.commit("stall"):
        shipment = Shipment.objects.select_for_update(of=("self",)).get(pk=shipment_id)
        if shipment.status != ShipmentStatus.IN_TRANSIT or shipment.arrives_by is None or shipment.arrives_by > now:
            return False
        move(shipment, ShipmentStatus.STALLED, now=now, actor="clock", reason="not arrived in time")
        text = _(
            "A parcel by %(courier)s, %(number)s, has not arrived in time. Find it, then say whether it came or is lost."
        )
        raise_alarm(
            key=_alarm_of(shipment),
            kind=AlarmKind.PARCEL_LATE,
            subject=f"line:{shipment.line_id}",
            text=text % {"courier": shipment.courier, "number": shipment.number},
            now=now,
        )
        return True


def late_parcels(now: dt.datetime) -> list[int]:
    """Keys of parcels that should have arrived, oldest first, at most 200."""
    rows = Shipment.objects.filter(status=ShipmentStatus.IN_TRANSIT, arrives_by__lte=now)
    return first(rows.order_by("arrives_by"))


def _alarm_of(shipment: Shipment) -> str:
    return f"shipment:{shipment.pk}"


def _under_way(line_id: int) -> tuple[OrderLine, Shipment]:
    lines = OrderLine.objects.select_for_update(of=("self",)).select_related("order__user", "merchant", "sku")
    line = lines.get(pk=line_id)
    shipment = Shipment.objects.select_for_update(of=("self",)).filter(line=line, status__in=UNDER_WAY).first()
    if line.status != LineStatus.SHIPPED or shipment is None:
        raise NotOnItsWay(_("No parcel of this line is on its way."))
    return line, shipment
