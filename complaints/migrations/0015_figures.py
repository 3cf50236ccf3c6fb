"""The published figures, the order of complaints by when they were filed, and the beat that counts."""

from django.db import migrations, models

NAME = "figures"


def create(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name=NAME, defaults={"func": "complaints.tasks.figures", "schedule_type": "I", "minutes": 10, "repeats": -1}
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0014_contacts")]

    operations = [
        migrations.CreateModel(
            name="FigureSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("counted_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("body", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(fields=["counted_on"], name="figures_of_day")],
                "constraints": [
                    models.UniqueConstraint(models.F("month"), models.F("counted_on"), name="figures_once_a_day")
                ],
            },
        ),
        migrations.AddIndex(model_name="complaint", index=models.Index(fields=["filed_at"], name="complaint_filed")),
        migrations.RunPython(create, remove),
    ]
