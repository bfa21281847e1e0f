"""An environment like production's, with keys that are thrown away, for checks of what would be deployed."""

import base64
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


def _key(name: str) -> str:
    return f"{name}:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """The variables for one command; its files go to a folder that is removed afterwards."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("KAMENG_", "DJANGO_", "EMAIL_"))}
    for name in ("DATABASE_URL", "DEBUG", "HTTPS"):
        keep.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        yield keep | {
            "ALLOWED_HOSTS": "shop.example",
            "DJANGO_SETTINGS_MODULE": "kameng.settings",
            "KAMENG_FINGERPRINT_KEY": _key("f1"),
            "KAMENG_SECRETS_KEYS": _key("s1"),
            "KAMENG_VAR": folder,
            "SECRET_KEY": secrets.token_urlsafe(64),
            "SITE_URL": "https://shop.example",
            "TRUSTED_PROXIES": "192.0.2.1",
        }
