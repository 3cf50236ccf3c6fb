"""The queue's clock: what is repeated every few minutes. Rings may be lost; these find what was left undone."""

from django.db import migrations

# name → (task, minutes between two runs). The scheduler looks about twice a minute; a slot that was missed is not made up.
SCHEDULES = {
    "sweep": ("complaints.tasks.sweep", 1),
    "heartbeat": ("complaints.tasks.heartbeat", 1),
    "clock": ("complaints.tasks.clock", 5),
}


def create(apps, schema_editor):
    Schedule = apps.get_model("django_q", "Schedule")
    for name, (task, minutes) in SCHEDULES.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": task, "schedule_type": "I", "minutes": minutes, "repeats": -1}
        )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name__in=SCHEDULES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0001_initial"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [migrations.RunPython(create, remove)]
