"""Which rows alarms name: told once, as the desk alone knows all rooms."""

from kameng.notices.subjects import names
from shop.inventory.models import Batch
from shop.orders.models import Order, OrderLine
from shop.payments.models import GatewayAccount, Payment, Refund

names("account", GatewayAccount, "public_id")
names("batch", Batch)
names("line", OrderLine)
names("order", Order)
names("payment", Payment, "number")
names("refund", Refund, "number")
