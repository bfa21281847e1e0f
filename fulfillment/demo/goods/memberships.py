"""Memberships: codes to redeem, and accounts that somebody of the shop extends."""

from fulfillment.demo.goods.shapes import Field, Good, Product
from shop.catalog.models import Kind, Mode

STEPS = "打开应用，进入「我的 → 兑换中心」。\n粘贴卡密，确认是要充的账号。\n会员时长马上增加。"
DIRECT_STEPS = "填写账号绑定的手机号。\n付款后店员开通，应用里会收到通知。\n已有会员的，时长往后加。"
OPEN_STEPS = "填写登录用的邮箱。\n付款后店员开通，邮箱会收到确认信。\n用这个邮箱登录就能看课。"
ACCOUNT_PHONE: Field = {
    "key": "phone",
    "type": "mainland-phone",
    "label": "账号的手机号",
    "example": "13800138000",
    "where": "打开应用，进入「我的 → 设置 → 账号与安全」。",
}
MAIL: Field = {"key": "mail", "type": "email", "label": "登录邮箱", "help": "没有账号也行，会用这个邮箱开一个。"}

MEMBERSHIPS = (
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
        steps=STEPS,
        prefix="YP",
        kind=Kind.MEMBERSHIP,
        goods=(Good("1", "个月", 2500, 90, 3000), Good("3", "个月", 5800, 60, 7800), Good("12", "个月", 18800, 80, 25800)),
    ),
    Product(
        slug="yunping-zhichong",
        title="云屏影视会员直充",
        brand="云屏影视",
        glyph="云",
        category="video",
        merchant="zhixia",
        region="手机号直充",
        summary="充到手机号注册的账号，不用兑换码。",
        steps=DIRECT_STEPS,
        kind=Kind.MEMBERSHIP,
        mode=Mode.MANUAL,
        asks=(ACCOUNT_PHONE,),
        goods=(
            Good("1", "个月", 2400, 120, 3000),
            Good("12", "个月", 17900, 60, 25800),
        ),
    ),
    Product(
        slug="tingjian-huiyuan",
        title="听涧音乐会员卡密",
        brand="听涧音乐",
        glyph="听",
        category="music",
        merchant="zhixia",
        summary="无损音质，可续费叠加。",
        steps=STEPS,
        prefix="TJ",
        kind=Kind.MEMBERSHIP,
        goods=(Good("1", "个月", 1200, 90, 1500), Good("12", "个月", 11800, 50, 16800)),
    ),
    Product(
        slug="shiyin-diantai",
        title="拾音电台会员卡密",
        brand="拾音电台",
        glyph="拾",
        category="music",
        merchant="zhixia",
        summary="听书、播客和相声，免广告。",
        steps=STEPS,
        prefix="SY",
        kind=Kind.MEMBERSHIP,
        goods=(
            Good("1", "个月", 990, 120, 1200),
            Good("12", "个月", 8800, 60, 12800),
        ),
    ),
    Product(
        slug="moxiang-yuedu",
        title="墨香阅读会员卡密",
        brand="墨香阅读",
        glyph="香",
        category="study",
        merchant="zhixia",
        summary="全站电子书随便看，可续费叠加。",
        steps=STEPS,
        prefix="MXY",
        kind=Kind.MEMBERSHIP,
        goods=(
            Good("1", "个月", 1500, 120, 1800),
            Good("12", "个月", 12800, 60, 16800),
        ),
    ),
    Product(
        slug="zhiya-kecheng",
        title="知涯课程年卡",
        brand="知涯课程",
        glyph="知",
        category="study",
        merchant="zhengban",
        region="邮箱开通",
        summary="外语、编程和考证课程一年内不限次数看。",
        steps=OPEN_STEPS,
        kind=Kind.MEMBERSHIP,
        mode=Mode.MANUAL,
        asks=(MAIL,),
        goods=(Good("1", "年", 19800, 60, 29800),),
    ),
)
