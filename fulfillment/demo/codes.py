"""Card keys that nobody ever sold."""

import secrets

from kameng.lib import ids


def code(prefix: str) -> str:
    """`SHJ-7K2M-Q0ZD-44XA`"""
    groups = ["".join(secrets.choice(ids.CROCKFORD) for _ in range(4)) for _ in range(3)]
    return "-".join([prefix, *groups])
