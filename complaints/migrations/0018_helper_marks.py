"""Each person told of a case has rows of their own; the helper stops notices without silencing the buyer."""

from django.db import migrations, models


def address_each(apps, schema_editor):
    """What waits to be sent gets its reader: the helper where the helper is told, a second row where both are."""
    notice = apps.get_model("complaints", "Notice")
    waiting = notice.objects.filter(state="pending", contact__complaint__helper__told__in=["helper", "both"])
    for row in list(waiting.select_related("contact__complaint__helper")):  # before any is added
        if row.contact.complaint.helper.told == "both":
            notice.objects.create(
                contact=row.contact,
                kind=row.kind,
                event=row.event,
                due_on=row.due_on,
                attempts=row.attempts,
                next_attempt_at=row.next_attempt_at,
                created_at=row.created_at,
                to="helper",
            )
        else:
            notice.objects.filter(pk=row.pk).update(to="helper")


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0017_notices_of_all"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_once",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_of_day_once",
        ),
        migrations.AddField(
            model_name="helper",
            name="muted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="to",
            field=models.CharField(
                choices=[("buyer", "买东西的人"), ("helper", "帮忙的人")],
                default="buyer",
                max_length=8,
                verbose_name="告诉谁",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
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
                ],
                max_length=16,
                verbose_name="事项",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__isnull", False)), fields=("event", "to"), name="notice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("due_on__isnull", False)),
                fields=("contact", "kind", "due_on", "to"),
                name="notice_of_day_once",
            ),
        ),
        migrations.RunPython(address_each, migrations.RunPython.noop),
    ]
