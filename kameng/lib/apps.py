from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.checks import Tags, register

from kameng.lib import deployment, logs


class LibConfig(AppConfig):
    name = "kameng.lib"
    label = "lib"

    def ready(self) -> None:
        logs.hide_secrets()
        register(deployment.public_address, Tags.security, deploy=True)


class StaticConfig(StaticFilesConfig):
    """Static files without the sources of the CSS: they import what no browser can load, and collecting them fails."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "src"]
