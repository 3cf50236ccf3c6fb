"""The notices to people have a beat of their own, so that a lost ring costs a minute."""

from django.db import migrations

NAME = "notify"


def create(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name=NAME, defaults={"func": "complaints.tasks.notify", "schedule_type": "I", "minutes": 1, "repeats": -1}
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_notices"), ("complaints", "0002_schedules")]

    operations = [migrations.RunPython(create, remove)]
