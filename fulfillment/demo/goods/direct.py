"""Top-ups of games: somebody of the shop credits the role that the buyer named."""

from fulfillment.demo.goods.shapes import Field, Good, Product
from shop.catalog.models import Kind, Mode

STEPS = "填好区服和角色，下单前再核对一遍。\n店员充值时不需要上号，也不会问密码。\n到账后游戏邮件里有通知。"
SHANHAI_SERVER: Field = {
    "key": "server",
    "type": "server",
    "label": "区服",
    "params": {
        "regions": [
            {"name": "国服 · 安卓", "items": ["华东一服", "华东二服", "华南一服", "华北一服"]},
            {"name": "国服 · iOS", "items": ["苹果一服", "苹果二服"]},
        ]
    },
}
ROLE: Field = {
    "key": "role",
    "type": "role-id",
    "label": "角色 ID",
    "example": "1082774365",
    "where": "打开游戏，点左上角头像，名字下面的一串数字就是。\n不是昵称。",
    "params": {"shortest": 9, "longest": 10},
}
XINGYUAN_UID: Field = {
    "key": "uid",
    "type": "role-id",
    "label": "UID",
    "example": "812345678",
    "where": "进入游戏，屏幕右下角的数字就是 UID。",
    "params": {"shortest": 9, "longest": 9},
}
DOUJIANG_ZONE: Field = {
    "key": "zone",
    "type": "choice",
    "label": "大区",
    "params": {"options": ["长安区", "洛阳区", "金陵区", "成都区"]},
}
NAME: Field = {
    "key": "name",
    "type": "text",
    "label": "角色名",
    "help": "和游戏里一字不差。",
    "params": {"longest": 20},
}

DIRECT = (
    Product(
        slug="shanhai-zhichong",
        title="山海纪 灵石直充",
        brand="山海纪",
        glyph="山",
        category="direct",
        merchant="qinghe",
        region="国服",
        warning="充值前请核对区服和角色 ID，充错退不回。",
        summary="店员直接充到角色，不用给密码。",
        steps=STEPS,
        kind=Kind.TOP_UP,
        mode=Mode.MANUAL,
        asks=(SHANHAI_SERVER, ROLE),
        goods=(
            Good("60", "灵石", 580, 200),
            Good("300", "灵石", 2850, 200, 3000),
            Good("648", "灵石", 6150, 200, 6480),
            Good("3280", "灵石", 31000, 60, 32800),
        ),
    ),
    Product(
        slug="xingyuan-yueka",
        title="星渊 月卡直充",
        brand="星渊",
        glyph="星",
        category="direct",
        merchant="yinhe",
        region="国际服",
        summary="充到角色，当天起每天领星尘。",
        steps=STEPS,
        kind=Kind.TOP_UP,
        mode=Mode.MANUAL,
        asks=(XINGYUAN_UID,),
        goods=(
            Good("30", "天", 2800, 150, 3000),
            Good("90", "天", 7900, 80, 9000),
        ),
    ),
    Product(
        slug="doujiang-zhichong",
        title="斗将 元宝直充",
        brand="斗将",
        glyph="斗",
        category="direct",
        merchant="yinhe",
        region="全区全服",
        summary="填区服和角色名，店员上线充值。",
        steps=STEPS,
        kind=Kind.TOP_UP,
        mode=Mode.MANUAL,
        asks=(DOUJIANG_ZONE, NAME),
        goods=(
            Good("1000", "元宝", 9400, 90),
            Good("5000", "元宝", 46500, 30, 50000),
        ),
    ),
)
