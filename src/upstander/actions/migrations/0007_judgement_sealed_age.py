from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0006_a_row_says_itself_why"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="sealed_age",
            field=models.BinaryField(null=True),
        ),
    ]
