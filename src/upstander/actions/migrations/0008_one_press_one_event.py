from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actions", "0007_which_mail_was_refused")]
    operations = [migrations.AddField("actionevent", "press", models.BinaryField(max_length=16, null=True))]
