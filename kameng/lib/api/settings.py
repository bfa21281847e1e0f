"""Settings of django-rest-framework: JSON alone, nobody comes in by a session, and every view says who may."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kameng.lib.api.bodies.Json"],
    # Nobody, unless a view names its way in.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "kameng.lib.api.errors.answer",
    "UNAUTHENTICATED_USER": None,
    # An address has one form; `?format=` is no part of it.
    "URL_FORMAT_OVERRIDE": None,
}
