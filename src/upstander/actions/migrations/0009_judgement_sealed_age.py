from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0008_one_press_one_event"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="sealed_age",
            field=models.BinaryField(null=True),
        ),
    ]
