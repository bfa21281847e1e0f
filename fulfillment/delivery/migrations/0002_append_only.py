from django.db import migrations

from kameng.lib.append_only import protect


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [protect("delivery_fulfillmentevent", "delivery_reveal")]
