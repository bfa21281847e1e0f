"""Licence keys, and space in the cloud."""

from fulfillment.demo.goods.shapes import Good, Product

STEPS = "安装软件后打开「帮助 → 激活」。\n粘贴激活码，保持联网。\n提示激活成功后重启软件。"
CLOUD_STEPS = "登录网盘，进入「会员中心 → 激活码」。\n粘贴激活码，确认是要开通的账号。\n空间和时长马上生效。"

SOFTWARE = (
    Product(
        slug="moxie-bangong",
        title="墨写办公激活码",
        brand="墨写办公",
        glyph="墨",
        category="software",
        merchant="zhengban",
        region="零售版",
        summary="个人版，一台电脑，可换机。",
        steps=STEPS,
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
        steps=STEPS,
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
        steps=STEPS,
        prefix="HS",
        goods=(Good("永久", "授权", 26800, 9, 32800),),
    ),
    Product(
        slug="yunxia-wangpan",
        title="云匣网盘会员激活码",
        brand="云匣网盘",
        glyph="匣",
        category="cloud",
        merchant="zhengban",
        summary="2 TB 空间，上传下载不限速。",
        steps=CLOUD_STEPS,
        prefix="YX",
        goods=(
            Good("1", "个月", 1800, 150, 2000),
            Good("12", "个月", 15800, 80, 19800, ((3, 15500),)),
        ),
    ),
    Product(
        slug="beifen-baoxiang",
        title="北辰备份 空间扩容码",
        brand="北辰备份",
        glyph="辰",
        category="cloud",
        merchant="zhengban",
        summary="加 1 TB，一年有效，可以叠加。",
        steps=CLOUD_STEPS,
        prefix="BC",
        goods=(Good("1", "TB", 8800, 70, 9800),),
    ),
)
