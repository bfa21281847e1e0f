"""What the demo shop sells: invented brands only."""

from dataclasses import dataclass, field

from fulfillment.demo.staged import NEVER, REFUND_SECONDS
from shop.catalog.models import Mode


@dataclass(frozen=True)
class Good:
    """One SKU: face value, price and list price in fen, how many units, tiers as (from, unit price), clocks in seconds."""

    value: str
    unit: str
    price: int
    stock: int
    list_price: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()
    uses: int = 1
    promise: int = 60
    refund: int = 1800
    mode: Mode = Mode.AUTO


@dataclass(frozen=True)
class Product:
    """One listing with its SKUs."""

    slug: str
    title: str
    brand: str
    glyph: str
    category: str
    merchant: str
    summary: str
    goods: tuple[Good, ...]
    region: str = ""
    warning: str = ""
    steps: str = ""
    prefix: str = "KM"
    about: str = field(default="")


#: slug → name, glyph, card colours, commission in hundredths of a percent
CATEGORIES = {
    "game": ("游戏点卡", "戏", "game", 500),
    "topup": ("话费流量", "话", "topup", 200),
    "video": ("影音会员", "影", "member", 600),
    "software": ("软件激活码", "码", "key", 800),
    "gift": ("电子礼品卡", "礼", "gift", 300),
}

#: slug → name, glyph
MERCHANTS = {
    "qinghe": ("青禾点卡行", "青"),
    "yinhe": ("银河游戏", "银"),
    "zhixia": ("知夏会员店", "夏"),
    "zhengban": ("正版软件屋", "正"),
    "tongda": ("通达缴费", "通"),
}

GAME_STEPS = "登录游戏，进入「设置 → 兑换码」。\n粘贴卡密，连字符可留可不留。\n到邮件里领取，30 天内有效。"
PHONE_STEPS = "拨打充值热线，或打开运营商的充值页面。\n选「充值卡充值」，输入卡密和手机号。\n收到到账短信就好了。"
VIDEO_STEPS = "打开云屏影视，进入「我的 → 兑换中心」。\n粘贴卡密，确认是要充的账号。\n会员时长马上增加。"
SOFT_STEPS = "安装软件后打开「帮助 → 激活」。\n粘贴激活码，保持联网。\n提示激活成功后重启软件。"
GIFT_STEPS = "结账时选「礼品卡」。\n输入卡密，余额先用这张卡。\n没用完的余额留在卡里，三年内有效。"

PRODUCTS = (
    Product(
        slug="shanhai-lingshi",
        title="山海纪 灵石兑换码",
        brand="山海纪",
        glyph="山",
        category="game",
        merchant="qinghe",
        region="国服",
        warning="只能在国服角色上兑换，国际服用不了。",
        summary="官方兑换码，兑换后灵石进邮件。",
        steps=GAME_STEPS,
        prefix="SHJ",
        goods=(
            Good("60", "灵石", 600, 80),
            Good("300", "灵石", 2900, 80, 3000),
            Good("648", "灵石", 6280, 120, 6480, ((5, 6220), (20, 6180))),
            Good("1280", "灵石", 12400, 0, 12800),
            Good("3280", "灵石", 31600, 40, 32800, ((5, 31200),)),
        ),
    ),
    Product(
        slug="xingyuan-xingchen",
        title="星渊 星尘兑换码",
        brand="星渊",
        glyph="星",
        category="game",
        merchant="yinhe",
        region="国际服",
        warning="只能在国际服角色上兑换，国服用不了。",
        summary="国际服通用，支持安卓和 iOS。",
        steps=GAME_STEPS,
        prefix="XYUA",
        goods=(
            Good("980", "星尘", 9800, 60),
            Good("3280", "星尘", 32800, 6, 34800, ((3, 32400),)),
            Good("6480", "星尘", 64000, 30, 64800),
        ),
    ),
    Product(
        slug="doujiang-yuanbao",
        title="斗将 元宝点卡",
        brand="斗将",
        glyph="斗",
        category="game",
        merchant="qinghe",
        region="国服",
        summary="全区全服通用。",
        steps=GAME_STEPS,
        prefix="DJ",
        goods=(Good("100", "元宝", 960, 200), Good("500", "元宝", 4750, 100, 5000), Good("6480", "元宝", 58800, 43)),
    ),
    Product(
        slug="yidong-huafei",
        title="移动话费充值卡密",
        brand="移动话费",
        glyph="移",
        category="topup",
        merchant="tongda",
        region="全国",
        summary="全国移动号码可用，有效期一年。",
        steps=PHONE_STEPS,
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
        steps=PHONE_STEPS,
        prefix="LT",
        goods=(Good("50", "元", 4920, 120, 5000), Good("100", "元", 9830, 120, 10000)),
    ),
    Product(
        slug="yunping-huiyuan",
        title="云屏影视会员卡密",
        brand="云屏影视",
        glyph="云",
        category="video",
        merchant="zhixia",
        region="电视版",
        warning="这是电视版会员，只看手机的话不用买它。",
        summary="电视、手机、电脑都能看。",
        steps=VIDEO_STEPS,
        prefix="YP",
        goods=(Good("1", "个月", 2500, 90, 3000), Good("3", "个月", 5800, 60, 7800), Good("12", "个月", 18800, 80, 25800)),
    ),
    Product(
        slug="tingjian-huiyuan",
        title="听涧音乐会员卡密",
        brand="听涧音乐",
        glyph="听",
        category="video",
        merchant="zhixia",
        summary="无损音质，可续费叠加。",
        steps=VIDEO_STEPS,
        prefix="TJ",
        goods=(Good("1", "个月", 1200, 90, 1500), Good("12", "个月", 11800, 50, 16800)),
    ),
    Product(
        slug="moxie-bangong",
        title="墨写办公激活码",
        brand="墨写办公",
        glyph="墨",
        category="software",
        merchant="zhengban",
        region="零售版",
        summary="个人版，一台电脑，可换机。",
        steps=SOFT_STEPS,
        prefix="MX",
        goods=(Good("1", "年", 13900, 60, 19900, ((5, 13500),)), Good("3", "年", 35900, 30, 49900)),
    ),
    Product(
        slug="moxie-jiating",
        title="墨写办公 家庭共享激活码",
        brand="墨写家庭",
        glyph="家",
        category="software",
        merchant="zhengban",
        region="共享码",
        warning="这是共享激活码：同一个码由 5 位买家各激活一台。",
        summary="每人一台，一年，价格更低。",
        steps=SOFT_STEPS,
        prefix="MXF",
        goods=(Good("1", "年", 3900, 40, 4900, uses=5),),
    ),
    Product(
        slug="huisen-huitu",
        title="绘森 绘图软件激活码",
        brand="绘森",
        glyph="绘",
        category="software",
        merchant="zhengban",
        summary="永久授权，含一年更新。",
        steps=SOFT_STEPS,
        prefix="HS",
        goods=(Good("永久", "授权", 26800, 9, 32800),),
    ),
    Product(
        slug="hejia-chaoshi",
        title="禾家超市电子礼品卡",
        brand="禾家超市",
        glyph="禾",
        category="gift",
        merchant="yinhe",
        region="电子卡",
        summary="全国门店和网上商城都能用。",
        steps=GIFT_STEPS,
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
        steps=GIFT_STEPS,
        prefix="SL",
        goods=(Good("100", "元", 9600, 60, 10000), Good("200", "元", 19200, 60, 20000)),
    ),
    Product(
        slug="fangyu-fangkuai",
        title="方域 方块代购兑换码",
        brand="方域",
        glyph="方",
        category="game",
        merchant="qinghe",
        region="国际服",
        warning="只能在国际服账号上兑换。",
        summary="店员现买现发，适合不常备货的面值。",
        steps=GAME_STEPS,
        prefix="FY",
        goods=(
            Good("1000", "方块", 5800, 30, 6000, promise=30 * 60, refund=24 * 3600, mode=Mode.MANUAL),
            Good("4500", "方块", 25600, 12, 26800, promise=30 * 60, refund=24 * 3600, mode=Mode.MANUAL),
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
