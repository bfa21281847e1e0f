from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class LibConfig(AppConfig):
    name = "kameng.lib"
    label = "lib"


class StaticConfig(StaticFilesConfig):
    """Static files without the sources of the CSS: they import what no browser can load, and collecting them fails."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "src"]
