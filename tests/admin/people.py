"""People of the admin, and their browsers."""

from django.test import Client

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.audit.record import Actor
from kameng.lib import clock
from shop.approvals.two_people import ask, decide
from shop.inventory.export import Part, export_of
from shop.inventory.models import Batch
from shop.merchants.members import join
from shop.merchants.models import Merchant
from tests import factories
from tests.factors import show_factor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def staff(name: str, merchant: Merchant, role: str = MerchantRole.OWNER) -> User:
    """Somebody with this role at the merchant."""
    user = factories.member(name)
    join(merchant=merchant, user=user, role=role)
    return User.objects.get(pk=user.pk)


def approves_export(batch: Batch, by: User, part: str = "unsold") -> None:
    """This person asks to export a part of the batch, and an operator of the platform approves it."""
    actor = Actor(by.holder, "owner")
    asked = ask(what=export_of(batch, Part(part)), actor=actor, reason="a test", now=clock.now())
    second = Actor(platform(name="second").holder, "operator")
    decide(approval_id=asked.pk, approved=True, actor=second, now=clock.now())


def platform(role: str = PlatformRole.OPERATOR, name: str = "") -> User:
    """Somebody of the platform."""
    return factories.member(name or f"platform-{role}".lower(), is_staff=True, platform_role=role)


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in, and has shown a second factor."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    show_factor(client, user)
    return client


def by_password_alone(user: User) -> Client:
    """A browser in which this person is signed in by the password, and has shown no more."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
