"""The link of an order by mail, once more: to the address of the order and nowhere else.

Whoever asks without being known as the buyer is answered before anybody looked whether there is such an order: what they
typed is written down, the same for right and wrong, and read by a controller.
"""

import datetime as dt

from django.utils.crypto import constant_time_compare

from kameng.lib import failpoints, ids
from kameng.notices.notify import Recipient, notify
from kameng.tasks.failing import first
from kameng.tasks.wake import wake
from shop.orders.models import LookUp, Order


def ask(*, number: str, address: str, now: dt.datetime) -> None:
    """Write down that somebody who typed this number and this address wants the order's link, and wake the controller."""
    LookUp.objects.create(number=ids.typed(number)[: ids.NUMBER_LENGTH], contact=ids.contact_key(address), asked_at=now)
    wake("lookup")


def answer(*, lookup_id: int, now: dt.datetime) -> bool:
    """Send the link where number and address belong together, and forget the question; False when it is gone."""
    with failpoints.commit("lookup"):
        asked = LookUp.objects.select_for_update().filter(pk=lookup_id).first()
        if asked is None:
            return False
        order = Order.objects.select_related("user").filter(number=asked.number).first()
        if order and constant_time_compare(ids.contact_key(order.email), asked.contact):
            send_link(order=order, key=f"lookup:{asked.pk}", now=now)
        asked.delete()
        return True


def send_link(*, order: Order, key: str, now: dt.datetime) -> None:
    """Write the order's link to the order's own address, once a key; a member's asks to sign in."""
    line = order.lines.select_related("merchant").order_by("pk")[0]
    notify(
        key=f"order:{order.pk}:link:{key}",
        event="order_link",
        to=Recipient(order.email, order.locale, order.user),
        context={
            "number": order.number,
            "token": "" if order.user_id else order.token,
            "title": line.title,
            "face": line.face,
            "description": line.description,
            "quantity": line.quantity,
            "more": order.lines.count() - 1,
            "merchant": line.merchant.name,
            "amount": order.total,
            "currency": order.currency,
            "placed_at": order.placed_at.isoformat(),
        },
        now=now,
    )


def asked_for(now: dt.datetime) -> list[int]:
    """Keys of questions to answer, oldest first, at most 200."""
    return first(LookUp.objects.filter(asked_at__lte=now).order_by("pk"))
