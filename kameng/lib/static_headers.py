"""Headers of what whitenoise serves, which no later middleware sees."""

from typing import Any

DAY = 86_400


def static_headers(headers: Any, path: str, url: str) -> None:
    """No file may be framed; those at the root, which have no hash in their names, may be kept for a day."""
    headers["X-Frame-Options"] = "DENY"
    if url.count("/") == 1:
        headers["Cache-Control"] = f"max-age={DAY}, public"
