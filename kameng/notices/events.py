"""Of what people are told: each event with its words, and where word of it may be turned off."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAID = "paid"
DELIVERED = "delivered"
SHIPPED = "shipped"
REFUNDED = "refunded"
SECURITY = "security"


class Channel(models.TextChoices):
    MAIL = "mail", _("By mail")
    SHOP = "shop", _("In the shop")


BOTH = (Channel.MAIL, Channel.SHOP)


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of word: `fixed` says why a member cannot turn it off; empty where they can."""

    code: str
    name: str | Promise
    about: str | Promise
    icon: str
    tone: str = ""
    channels: tuple[Channel, ...] = BOTH
    fixed: str | Promise = ""


EVENTS = {
    event.code: event
    for event in (
        Event(PAID, _("Payment received"), _("what happens now, and by when"), "receipt"),
        Event(DELIVERED, _("Goods are here"), _("as soon as they lie in the order"), "check", "jade"),
        Event(SHIPPED, _("Parcel on its way"), _("courier and number"), "truck", "info"),
        Event(
            REFUNDED,
            _("Money back"),
            _("how much, why and where to"),
            "return",
            "info",
            fixed=_("It is about your money, so you always hear of it."),
        ),
        Event(
            SECURITY,
            _("Security of your account"),
            _("sign-in codes, changes of address or password"),
            "shield",
            channels=(Channel.MAIL,),
            fixed=_("Without it somebody could take your account unnoticed."),
        ),
    )
}
#: What stands in a member's messages.
LISTED = [event.code for event in EVENTS.values() if Channel.SHOP in event.channels]


def may_be_off(code: str, channel: str) -> bool:
    """A member may turn word of this event off on this channel; what nobody named always goes out."""
    event = EVENTS.get(code)
    return event is not None and not event.fixed and channel in event.channels
