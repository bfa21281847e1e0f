"""Accounts of games that the shops made themselves."""

from fulfillment.demo.goods.shapes import Field, Good, Product
from shop.catalog.models import Kind, Mode

STEPS = "用收到的账号和密码登录。\n马上改密码，并绑定自己的手机和邮箱。\n登录不上请在确认收货前联系客服。"
MAIL: Field = {"key": "mail", "type": "email", "label": "绑定邮箱", "help": "账号会绑定到这个邮箱。"}

ACCOUNTS = (
    Product(
        slug="shanhai-zhanghao",
        title="山海纪 练级成品号",
        brand="山海纪",
        glyph="山",
        category="account",
        merchant="qinghe",
        region="国服",
        warning="自家练的号，没有实名；到手请马上改密码和绑定。",
        summary="本店自己练的号，账号密码一起发。",
        steps=STEPS,
        prefix="SHZH",
        kind=Kind.ACCOUNT,
        said=(
            ("剑修", "丹师", "阵修", "符师", "御兽师"),
            ("华东一服", "华南一服", "华北一服"),
            ("坐骑 3 个", "绝版时装 2 套", "灵石 1200", "仓库扩满", "宠物满级"),
        ),
        goods=(
            Good("40", "级", 12800, 48, 15000),
            Good("60", "级", 36800, 9),
        ),
    ),
    Product(
        slug="fangyu-zhanghao",
        title="方域 建造师账号",
        brand="方域",
        glyph="方",
        category="account",
        merchant="yinhe",
        region="国际服",
        summary="店员按你的邮箱新开账号，开好发给你。",
        steps=STEPS,
        prefix="FYZH",
        kind=Kind.ACCOUNT,
        mode=Mode.MANUAL,
        asks=(MAIL,),
        goods=(Good("新", "账号", 16800, 25),),
    ),
)
