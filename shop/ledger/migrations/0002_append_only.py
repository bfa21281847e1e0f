from django.db import migrations

from kameng.lib.append_only import protect


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [protect("ledger_journal", "ledger_entry")]
