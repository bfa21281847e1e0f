"""The demo's accounts; they exist in demo mode only."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole, PlatformRole
from shop.merchants.models import Member, Merchant

PASSWORD = "kameng-demo-2026"  # noqa: S105 - shown on the demo's own page; these accounts exist nowhere else


@dataclass(frozen=True)
class Person:
    """Who one can be with one tap."""

    email: str
    name: str
    what: str
    merchant: str = ""
    role: str = ""


PEOPLE = (
    Person("zhou@example.com", "周小满", "买家，钱包里有余额"),
    Person("lin@example.com", "林一", "买家，第一次来"),
    Person("qinghe@example.com", "青禾老板", "商家「青禾点卡行」的店主", "qinghe", MerchantRole.OWNER),
    Person("yinhe@example.com", "银河老板", "商家「银河游戏」的店主", "yinhe", MerchantRole.OWNER),
    Person("zhixia@example.com", "知夏老板", "商家「知夏会员店」的店主", "zhixia", MerchantRole.OWNER),
    Person("zhengban@example.com", "正版老板", "商家「正版软件屋」的店主", "zhengban", MerchantRole.OWNER),
    Person("tongda@example.com", "通达老板", "商家「通达缴费」的店主", "tongda", MerchantRole.OWNER),
    Person("catalogue@example.com", "青禾小陈", "「青禾点卡行」管商品的员工", "qinghe", MerchantRole.CATALOGUE),
    Person("operator@example.com", "平台运营", "平台运营", "", PlatformRole.OPERATOR),
    Person("support@example.com", "平台客服", "平台客服", "", PlatformRole.SUPPORT),
)


def make_people(merchants: dict[str, Merchant]) -> dict[str, User]:
    """Create the accounts with their roles; returns them by e-mail."""
    made = {}
    for person in PEOPLE:
        platform = person.role if person.role and not person.merchant else ""
        user = User.objects.create_user(
            person.email, PASSWORD, name=person.name, is_staff=bool(person.role), platform_role=platform
        )
        if person.merchant:
            Member.objects.create(merchant=merchants[person.merchant], user=user, role=person.role)
        EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
        made[person.email] = user
    return made
