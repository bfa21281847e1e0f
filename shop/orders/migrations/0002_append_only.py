from django.db import migrations

from kameng.lib.append_only import protect


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [protect("orders_orderevent", "orders_lineevent")]
