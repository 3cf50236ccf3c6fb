"""Who works at an association has duties. Until now each could do everything: that is what they may go on doing."""

from django.db import migrations, models


def keep_what_they_may(apps, schema_editor):
    members = apps.get_model("accounts", "Membership").objects
    members.filter(organisation__kind="association").update(duties=["lead"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_profile_and_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="duties",
            field=models.JSONField(blank=True, default=list, verbose_name="岗位"),
        ),
        migrations.RunPython(keep_what_they_may, migrations.RunPython.noop),
    ]
