"""Two requests of one browser change a session beside each other: neither undoes what the other did."""

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from kameng.lib.sessions import amend

pytestmark = pytest.mark.django_db

Store = import_module(settings.SESSION_ENGINE).SessionStore


def kept(key: str | None) -> dict[str, Any]:
    """What stands in the database."""
    return dict(Store(key).items())


def stored(**values: Any) -> str:
    session = Store()
    session.update(values)
    session.create()
    key: str = session.session_key
    return key


def test_what_two_requests_write_at_once_is_all_there() -> None:
    key = stored(cart=[1], other="kept")
    first, second = Store(key), Store(key)
    assert (first["cart"], second["cart"]) == ([1], [1]), "both have read it before either writes"
    assert amend(first, "cart", lambda cart: [*cart, 2]) == [1, 2]
    assert amend(second, "cart", lambda cart: [*cart, 3]) == [1, 2, 3]
    assert amend(first, "orders", lambda _orders: {"A": "a"}) == {"A": "a"}
    assert kept(key) == {"cart": [1, 2, 3], "other": "kept", "orders": {"A": "a"}}


def test_the_rest_of_the_request_reads_the_new_value_and_writes_nothing_more() -> None:
    session = Store(stored(cart=[1]))
    amend(session, "cart", lambda cart: [*cart, 2])
    assert session["cart"] == [1, 2]
    assert not session.modified


def test_what_the_request_changed_itself_is_still_to_be_written() -> None:
    session = Store(stored(cart=[1]))
    session["own"] = 1
    amend(session, "cart", lambda cart: [*cart, 2])
    assert session.modified
    assert session["own"] == 1


def test_nothing_to_keep_leaves_nothing() -> None:
    key = stored(cart=[1], other="kept")
    assert amend(Store(key), "cart", lambda _cart: None) is None
    assert kept(key) == {"other": "kept"}
    assert amend(Store(key), "cart", lambda cart: cart) is None


def test_of_a_new_visitor_the_response_makes_the_session() -> None:
    session = Store()
    assert amend(session, "cart", lambda cart: [cart]) == [None]
    assert session.modified
    assert not Session.objects.exists()


def test_a_session_that_ended_meanwhile_begins_anew() -> None:
    key = stored(cart=[1])
    Session.objects.all().delete()
    session = Store(key)
    assert amend(session, "cart", lambda cart: [cart]) == [None]
    assert (session.session_key, session.modified) == (None, True)


def test_a_change_that_fails_changes_nothing() -> None:
    key = stored(cart=[1])

    def refuse(_cart: Any) -> Any:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        amend(Store(key), "cart", refuse)
    assert kept(key) == {"cart": [1]}
