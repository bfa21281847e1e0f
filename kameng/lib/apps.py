from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "kameng.lib"
    label = "lib"
