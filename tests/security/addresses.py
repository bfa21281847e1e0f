"""Every address of the house, with something in the place of whatever it takes."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        path = prefix + _filled(each)
        if isinstance(each, URLResolver):
            yield from patterns(each, path)
        else:
            yield path, each


def _filled(each: URLPattern | URLResolver) -> str:
    route = str(getattr(each.pattern, "_route", ""))
    for name, converter in each.pattern.converters.items():
        value = "1" if isinstance(converter, IntConverter) else "none"
        route = re.sub(rf"<(?:\w+:)?{name}>", value, route)
    return route


def everything() -> list[tuple[str, URLPattern]]:
    return list(patterns(get_resolver()))
