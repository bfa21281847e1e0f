"""People of the admin, and their browsers."""

from django.test import Client

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole, PlatformRole
from shop.merchants.members import join
from shop.merchants.models import Merchant
from tests import factories


def staff(name: str, merchant: Merchant, role: str = MerchantRole.OWNER) -> User:
    """Somebody with this role at the merchant."""
    user = factories.member(name)
    join(merchant=merchant, user=user, role=role)
    return User.objects.get(pk=user.pk)


def platform(role: str = PlatformRole.OPERATOR, name: str = "") -> User:
    """Somebody of the platform."""
    return factories.member(name or f"platform-{role}".lower(), is_staff=True, platform_role=role)


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
