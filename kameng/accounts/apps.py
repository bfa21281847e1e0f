from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kameng.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kameng.accounts import deployment, watch

        watch.connect()
        register(deployment.second_factor, Tags.security, deploy=True)
        register(deployment.default_accounts, Tags.security, deploy=True)
