"""Taking an order and its lines in hand, in the one order of locks."""

from kameng.lib.compiled import Compiled, Slot
from shop.orders.models import Order, OrderLine

_ORDER = Compiled(lambda: Order.objects.filter(pk=Slot("pk")).select_for_update(of=("self",)))
_LINES = Compiled(lambda: OrderLine.objects.filter(order=Slot("order")).order_by("pk").select_for_update(of=("self",)))


def lock_order(order_id: int) -> Order:
    """The order, locked until the transaction ends; raises Order.DoesNotExist."""
    return _ORDER.one(pk=order_id)


def locked_lines(order: Order) -> list[OrderLine]:
    """All lines of the order, locked by key."""
    return _LINES(order=order.pk)
