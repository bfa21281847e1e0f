"""A4: twelve characters or more, none that everybody uses, no rules about kinds of characters, long ones welcome."""

import pytest
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("password123456", False),
        ("elevenchars", False),
        ("new@example.com", False),
        ("onlyletterstwelve", True),
        ("482915370264", True),
        ("我家门口有两棵树一棵是枣树", True),
        ("a sentence of four and sixty characters, 有空格也有中文, is welcome 64", True),
        ("x" * 3 + " y" * 60, True),
    ],
)
def test_what_is_taken(password: str, taken: bool) -> None:
    sent = {"email": "new@example.com", "password1": password, "password2": password}
    answer = Client().post(reverse("account_signup"), sent)
    assert answer.status_code == (302 if taken else 200)
    assert User.objects.filter(email="new@example.com").exists() is taken
    if taken:
        assert User.objects.get().check_password(password), "to the letter"
