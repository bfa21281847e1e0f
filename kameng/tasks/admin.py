"""django-q2's queue is not for the admin: its rows are readable pickles, and editing one would do nothing good."""

from django.contrib import admin
from django_q.models import Failure, OrmQ, Schedule, Success

# Autodiscovery follows INSTALLED_APPS, where django_q comes before this app.
for model in (Failure, OrmQ, Schedule, Success):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
