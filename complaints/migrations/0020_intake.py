"""Who looks into a file now, what is still to be told of it, and the sweep that finds what waits."""

from django.db import migrations, models
from django.db.models import Q

NAME = "looks"


def create(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name=NAME, defaults={"func": "complaints.tasks.looks", "schedule_type": "I", "minutes": 2, "repeats": -1}
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0019_looked_into")]

    operations = [
        migrations.AddField("blob", "busy_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("blob", "is_news", models.BooleanField(default=False)),
        migrations.AddIndex(
            "blob",
            models.Index(fields=["kept_at"], name="blob_waits", condition=Q(state="quarantined") | Q(is_news=True)),
        ),
        migrations.AlterField(
            "notice",
            "kind",
            models.CharField(
                choices=[
                    ("filed", "投诉已提交"),
                    ("answered", "对方有答复"),
                    ("lapsed", "对方到期没有答复"),
                    ("decided", "判定有变化"),
                    ("asked", "协会有事问你"),
                    ("accepted", "协会已受理"),
                    ("declined", "协会不予受理"),
                    ("near", "补充期限快到了"),
                    ("ended", "投诉已结束"),
                    ("claimed", "投诉放进了一个账号"),
                    ("wrote", "有人给你写了消息"),
                    ("offered", "对方提出了方案"),
                    ("payment", "约好的日子过了，问你收到没有"),
                    ("resumed", "承诺没有兑现，案件接着办"),
                    ("overridden", "协会改判了"),
                    ("reviewed", "人工复核有结果了"),
                    ("released", "投诉从账号里拿出来了"),
                    ("renewed", "换了新的回执码"),
                    ("refused", "有一件证据没有收下"),
                ],
                max_length=16,
                verbose_name="事项",
            ),
        ),
        migrations.RunPython(create, remove),
    ]
