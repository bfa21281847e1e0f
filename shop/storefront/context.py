from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, Any]:
    """What every page of the shop shows."""
    return {"shop": {"name": settings.SITE_NAME, "demo": settings.DEMO}}
