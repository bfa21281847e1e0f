"""Codes for games, redeemed by their buyers."""

from fulfillment.demo.goods.shapes import Good, Product
from shop.catalog.models import Mode

STEPS = "登录游戏，进入「设置 → 兑换码」。\n粘贴卡密，连字符可留可不留。\n到邮件里领取，30 天内有效。"

GAMES = (
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
        steps=STEPS,
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
        steps=STEPS,
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
        steps=STEPS,
        prefix="DJ",
        goods=(Good("100", "元宝", 960, 200), Good("500", "元宝", 4750, 100, 5000), Good("6480", "元宝", 58800, 43)),
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
        steps=STEPS,
        prefix="FY",
        mode=Mode.MANUAL,
        goods=(
            Good("1000", "方块", 5800, 30, 6000),
            Good("4500", "方块", 25600, 12, 26800),
        ),
    ),
)
