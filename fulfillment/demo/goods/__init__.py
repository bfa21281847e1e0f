"""What the demo shop sells: invented brands only."""

from fulfillment.demo.goods.accounts import ACCOUNTS
from fulfillment.demo.goods.direct import DIRECT
from fulfillment.demo.goods.games import GAMES
from fulfillment.demo.goods.gifts import GIFTS
from fulfillment.demo.goods.memberships import MEMBERSHIPS
from fulfillment.demo.goods.phones import PHONES
from fulfillment.demo.goods.shapes import Product
from fulfillment.demo.goods.software import SOFTWARE

#: slug → name, glyph, card colours, commission in hundredths of a percent
CATEGORIES = {
    "game": ("游戏点卡", "戏", "game", 500),
    "direct": ("游戏直充", "充", "game", 400),
    "topup": ("话费流量", "话", "topup", 200),
    "video": ("影音会员", "影", "member", 600),
    "music": ("音乐听书", "音", "member", 600),
    "software": ("软件激活码", "码", "key", 800),
    "cloud": ("网盘空间", "盘", "key", 800),
    "study": ("阅读学习", "学", "acct", 600),
    "account": ("游戏账号", "号", "acct", 500),
    "gift": ("电子礼品卡", "礼", "gift", 300),
    "physical": ("实体礼品卡", "卡", "gift", 300),
    "life": ("出行生活", "行", "topup", 300),
}

#: slug → name, glyph
MERCHANTS = {
    "qinghe": ("青禾点卡行", "青"),
    "yinhe": ("银河游戏", "银"),
    "zhixia": ("知夏会员店", "夏"),
    "zhengban": ("正版软件屋", "正"),
    "tongda": ("通达缴费", "通"),
}

PRODUCTS: tuple[Product, ...] = (*GAMES, *DIRECT, *PHONES, *MEMBERSHIPS, *SOFTWARE, *ACCOUNTS, *GIFTS)
