"""Credit for mobile phones, as codes and credited by hand."""

from fulfillment.demo.goods.shapes import Field, Good, Product
from shop.catalog.models import Kind, Mode

STEPS = "拨打充值热线，或打开运营商的充值页面。\n选「充值卡充值」，输入卡密和手机号。\n收到到账短信就好了。"
DIRECT_STEPS = "填写要充的手机号，下单前再核对一遍。\n付款后店员充值，号码会收到到账短信。\n停机的号码充值后自动开机。"
PHONE: Field = {"key": "phone", "type": "mainland-phone", "label": "要充的手机号", "example": "13800138000"}

PHONES = (
    Product(
        slug="yidong-huafei",
        title="移动话费充值卡密",
        brand="移动话费",
        glyph="移",
        category="topup",
        merchant="tongda",
        region="全国",
        summary="全国移动号码可用，有效期一年。",
        steps=STEPS,
        prefix="YD",
        goods=(
            Good("30", "元", 2970, 100, 3000),
            Good("50", "元", 4935, 100, 5000),
            Good("100", "元", 9860, 150, 10000, ((10, 9840),)),
        ),
    ),
    Product(
        slug="liantong-huafei",
        title="联通话费充值卡密",
        brand="联通话费",
        glyph="联",
        category="topup",
        merchant="tongda",
        region="全国",
        summary="全国联通号码可用。",
        steps=STEPS,
        prefix="LT",
        goods=(Good("50", "元", 4920, 120, 5000), Good("100", "元", 9830, 120, 10000)),
    ),
    Product(
        slug="huafei-zhichong",
        title="手机话费直充",
        brand="话费直充",
        glyph="话",
        category="topup",
        merchant="tongda",
        region="三网",
        warning="请核对手机号，充到别的号码退不回。",
        summary="移动、联通、电信都能充。",
        steps=DIRECT_STEPS,
        kind=Kind.TOP_UP,
        mode=Mode.MANUAL,
        asks=(PHONE,),
        goods=(
            Good("50", "元", 4950, 300, 5000),
            Good("100", "元", 9880, 300, 10000),
            Good("200", "元", 19720, 120, 20000),
        ),
    ),
    Product(
        slug="liuliang-bao",
        title="全国流量包直充",
        brand="流量包",
        glyph="流",
        category="topup",
        merchant="tongda",
        region="三网",
        summary="当月有效，月底清零。",
        steps=DIRECT_STEPS,
        kind=Kind.TOP_UP,
        mode=Mode.MANUAL,
        asks=(PHONE,),
        goods=(
            Good("10", "GB", 1980, 200),
            Good("30", "GB", 4680, 100, 5000),
        ),
    ),
)
