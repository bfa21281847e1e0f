from django.db import migrations

from kameng.lib.append_only import protect


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [protect("payments_paymentevent", "payments_refundevent")]
