"""Steps of a line that people take, in the words of the log."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.delivery.models import READ
from fulfillment.tracking.queries import Step
from kameng.lib import times
from shop.catalog.models import Mode
from shop.orders.models import LineStatus, OrderLine


def of_people(step: Step, line: OrderLine) -> tuple[str, str, str] | None:
    """Title, detail and tone of a step of a line that is delivered by hand or by courier; None for steps of every line."""
    merchant = {"merchant": line.merchant.name}
    match step.target:
        case LineStatus.VERIFIED if step.source == LineStatus.DELIVERING:
            return _("Left to others again"), line.merchant.name, "plain"
        case LineStatus.VERIFIED:
            by_courier = line.mode == Mode.SHIPMENT
            said = _("%(merchant)s sends it by courier") if by_courier else _("%(merchant)s delivers by hand")
            return _("Checked"), said % merchant, "jade"
        case LineStatus.DELIVERING:
            return _("%(merchant)s took it up") % merchant, "", "jade"
        case LineStatus.SHIPPED:
            return _("Handed to the courier"), f"{line.shipment.courier} {line.shipment.number}", "jade"
        case LineStatus.DELIVERED if not line.refunded_amount:
            return _arrived(line), _after(line), "jade"
    return None


def _arrived(line: OrderLine) -> str:
    if line.mode == Mode.SHIPMENT:
        return _("Received")
    if line.kind in READ:
        return ngettext("%(n)d key delivered", "%(n)d keys delivered", line.delivered) % {"n": line.delivered}
    return _("Delivered")


def _after(line: OrderLine) -> str:
    if line.delivered_at is None or line.paid_at is None:
        return ""
    facts = {"merchant": line.merchant.name, "time": times.duration(line.delivered_at - line.paid_at)}
    if line.mode == Mode.SHIPMENT:
        return _("%(time)s after payment") % facts
    return _("By %(merchant)s, by hand, %(time)s after payment") % facts
