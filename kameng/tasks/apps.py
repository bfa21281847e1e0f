from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "kameng.tasks"
    label = "tasks"
    verbose_name = _("Background work")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kameng.tasks import heartbeat

        heartbeat.connect()
        autodiscover_modules("controllers")
