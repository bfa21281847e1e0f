"""Gift cards that come as a code or by courier, and codes for every day."""

from fulfillment.demo.goods.shapes import Field, Good, Product
from fulfillment.demo.staged import NEVER, REFUND_SECONDS
from shop.catalog.models import Kind, Mode

STEPS = "结账时选「礼品卡」。\n输入卡密，余额先用这张卡。\n没用完的余额留在卡里，三年内有效。"
CARD_STEPS = "付款后两天内寄出，订单页有快递单号。\n收到后刮开背面的涂层，登录官网绑卡。\n收到后请在订单页点「我收到了」。"
LIFE_STEPS = "打开应用，进入「我的 → 卡券 → 兑换」。\n粘贴兑换码。\n下单或骑行时自动抵扣。"
WHO: Field = {"key": "name", "type": "name", "label": "收货人"}
PHONE: Field = {"key": "phone", "type": "mainland-phone", "label": "收货手机号", "help": "快递员会打这个号码。"}
WHERE: Field = {"key": "address", "type": "address", "label": "收货地址"}

GIFTS = (
    Product(
        slug="hejia-chaoshi",
        title="禾家超市电子礼品卡",
        brand="禾家超市",
        glyph="禾",
        category="gift",
        merchant="yinhe",
        region="电子卡",
        summary="全国门店和网上商城都能用。",
        steps=STEPS,
        prefix="HJ",
        goods=(Good("100", "元", 9750, 80, 10000), Good("500", "元", 48600, 40, 50000)),
    ),
    Product(
        slug="shanlan-kafei",
        title="山岚咖啡电子礼品卡",
        brand="山岚咖啡",
        glyph="岚",
        category="gift",
        merchant="yinhe",
        region="电子卡",
        summary="门店点单直接抵扣。",
        steps=STEPS,
        prefix="SL",
        goods=(Good("100", "元", 9600, 60, 10000), Good("200", "元", 19200, 60, 20000)),
    ),
    Product(
        slug="hejia-shitika",
        title="禾家超市实体礼品卡",
        brand="禾家超市",
        glyph="禾",
        category="physical",
        merchant="yinhe",
        region="包邮",
        summary="带红色卡套，快递寄到家，送人体面。",
        steps=CARD_STEPS,
        kind=Kind.PHYSICAL,
        mode=Mode.SHIPMENT,
        asks=(WHO, PHONE, WHERE),
        goods=(
            Good("500", "元", 49500, 60, 50000),
            Good("1000", "元", 98500, 40, 100000),
        ),
    ),
    Product(
        slug="shanlan-shitika",
        title="山岚咖啡实体卡",
        brand="山岚咖啡",
        glyph="岚",
        category="physical",
        merchant="yinhe",
        region="包邮",
        summary="金属卡面，一卡一号，可以反复充值。",
        steps=CARD_STEPS,
        kind=Kind.PHYSICAL,
        mode=Mode.SHIPMENT,
        asks=(WHO, PHONE, WHERE),
        goods=(Good("200", "元", 20600, 50),),
    ),
    Product(
        slug="kuaiqi-yueka",
        title="快骑出行 骑行卡",
        brand="快骑出行",
        glyph="骑",
        category="life",
        merchant="tongda",
        region="全国",
        summary="每次骑行前 30 分钟免费。",
        steps=LIFE_STEPS,
        prefix="KQ",
        goods=(
            Good("7", "天", 880, 150, 1000),
            Good("30", "天", 1980, 150, 2500),
        ),
    ),
    Product(
        slug="shike-waimai",
        title="食刻外卖红包码",
        brand="食刻外卖",
        glyph="食",
        category="life",
        merchant="tongda",
        region="全国",
        summary="满 20 元可用，每码一张，30 天内有效。",
        steps=LIFE_STEPS,
        prefix="SK",
        goods=(
            Good("5", "元红包", 390, 300, 500),
            Good("10", "元红包", 790, 200, 1000, ((5, 770),)),
        ),
    ),
    Product(
        slug=NEVER,
        title="退款演示：付款后不发货",
        brand="退款演示",
        glyph="退",
        category="gift",
        merchant="tongda",
        warning="这件商品只为演示，永远发不出货：付款约一分钟后，钱会自动退回。",
        summary="看一看发不出货时会怎样：订单页说明原因，到点自动退款。",
        prefix="TK",
        # Fewer than the month of orders takes from.
        goods=(Good("1", "次", 100, 12, promise=10, refund=REFUND_SECONDS),),
    ),
)
