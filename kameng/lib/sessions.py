"""One value of a session, changed beside others: Django writes a session whole, as the request read it when it began."""

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction


def amend(session: SessionBase, key: str, change: Callable[[Any], Any]) -> Any:
    """Make of the newest value under `key` what `change` makes of it (None: nothing is kept), and return that.

    It is committed at once, with everything else that other requests of this browser wrote meanwhile: two tabs that act in
    the same moment undo nothing of each other.
    """
    session.get(key)
    with transaction.atomic():
        rows = Session.objects.select_for_update().filter(session_key=session.session_key or "")
        if not rows.values_list("pk").first():
            # A new visitor: there is nobody to share it with, and the response creates it.
            return _set(session, key, change(session.get(key)))
        newest = type(session)(session.session_key)
        value = _set(newest, key, change(newest.get(key)))
        newest.save()
    unsaved = session.modified
    _set(session, key, value)
    session.modified = unsaved
    return value


def _set(session: SessionBase, key: str, value: Any) -> Any:
    if value is None:
        session.pop(key, None)
    else:
        session[key] = value
    return value
