"""A8: nobody of the staff signs in by a name that everybody tries first. (There are no invitations yet.)"""

import pytest

from kameng.accounts import deployment
from kameng.accounts.models import User
from tests.admin.people import platform
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", ["admin@shop.example", "Root@shop.example", "test@example.com"])
def test_the_deployment_check_fails(email: str) -> None:
    person = User.objects.create_superuser(email, PASSWORD)
    (found,) = deployment.default_accounts()
    assert found.id == "kameng.E003"
    assert person.email in found.msg
    person.set_unusable_password()
    person.save()
    assert deployment.default_accounts() == []


def test_people_by_their_own_names_and_buyers_by_any_are_fine() -> None:
    platform()
    User.objects.create_user("test@example.com", PASSWORD)
    User.objects.create_superuser("administrative.office@shop.example", PASSWORD)
    assert deployment.default_accounts() == []
