"""What the dashboard counts, exports with their log, and the beat that counts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


NAME = "boards"


def create(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name=NAME, defaults={"func": "complaints.tasks.boards", "schedule_type": "I", "minutes": 2, "repeats": -1}
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_duties"),
        ("complaints", "0034_parties_register"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_event", models.BigIntegerField(default=0)),
                ("walked", models.BigIntegerField(default=0)),
                ("round_on", models.DateField(blank=True, null=True)),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BoardCase",
            fields=[
                (
                    "complaint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="board",
                        serialize=False,
                        to="complaints.complaint",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("negotiating", "协商中"),
                            ("referred", "待受理"),
                            ("needs-info", "待补充"),
                            ("accepted", "已受理"),
                            ("promised", "已谈妥，等兑现"),
                            ("settled", "已和解"),
                            ("declined", "不予受理"),
                            ("terminated", "调解终止"),
                            ("handed-off", "已转其他途径"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_open", models.BooleanField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("filed_on", models.DateField()),
                ("weekday", models.PositiveSmallIntegerField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("letter", models.CharField(max_length=1)),
                ("first", models.CharField(blank=True, max_length=16)),
                ("platform", models.CharField(blank=True, max_length=120)),
                ("is_changed", models.BooleanField()),
                (
                    "association",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoardRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filed_on", models.DateField()),
                ("rule", models.CharField(blank=True, max_length=16)),
                ("is_overridden", models.BooleanField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="complaints.boardcase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoardTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("acceptance", "Acceptance"), ("mediation", "Mediation"), ("answer", "Answer")],
                        max_length=16,
                    ),
                ),
                (
                    "party",
                    models.CharField(
                        blank=True,
                        choices=[("merchant", "商家"), ("anchor", "主播"), ("platform", "平台")],
                        max_length=16,
                    ),
                ),
                ("filed_on", models.DateField()),
                ("last_on", models.DateField()),
                ("done_on", models.DateField(blank=True, null=True)),
                ("is_kept", models.BooleanField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="complaints.boardcase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed_filters", models.TextField(blank=True)),
                ("columns", models.JSONField(default=list)),
                (
                    "level",
                    models.CharField(
                        choices=[("figures", "只要数字和代码"), ("masked", "遮住姓名和号码"), ("full", "完整")],
                        max_length=16,
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("jsonl", "JSON")], max_length=8),
                ),
                ("language", models.CharField(default="zh", max_length=2)),
                ("sealed_reason", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排着队"),
                            ("working", "正在做"),
                            ("ready", "做好了"),
                            ("failed", "没做成"),
                            ("cancelled", "不做了"),
                            ("expired", "过期了"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("total", models.PositiveIntegerField(blank=True, null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("starts", models.PositiveSmallIntegerField(default=0)),
                ("taken_until", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, max_length=32)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("cases", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to="accounts.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExportLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("asked", "要了"),
                            ("made", "做好了"),
                            ("taken", "下载了"),
                            ("cancelled", "不做了"),
                            ("expired", "删除了文件"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log", to="complaints.export"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="boardcase",
            index=models.Index(fields=["filed_on", "association"], name="board_filed"),
        ),
        migrations.AddIndex(
            model_name="boardcase",
            index=models.Index(fields=["association", "filed_on"], name="board_of_association"),
        ),
        migrations.AddIndex(
            model_name="boardcase",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["association", "state", "filed_on", "officer"],
                name="board_open",
            ),
        ),
        migrations.AddIndex(
            model_name="boardrule",
            index=models.Index(fields=["filed_on", "rule", "is_overridden", "case"], name="board_rule_filed"),
        ),
        migrations.AddConstraint(
            model_name="boardrule",
            constraint=models.UniqueConstraint(models.F("case"), models.F("rule"), name="board_rule_once"),
        ),
        migrations.AddIndex(
            model_name="boardterm",
            index=models.Index(fields=["last_on", "kind", "is_kept"], name="board_term_day"),
        ),
        migrations.AddIndex(
            model_name="boardterm",
            index=models.Index(
                condition=models.Q(("party", "platform")), fields=["filed_on", "case"], name="board_term_platform"
            ),
        ),
        migrations.AddConstraint(
            model_name="boardterm",
            constraint=models.UniqueConstraint(
                models.F("case"), models.F("kind"), models.F("party"), name="board_term_once"
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["association", "-asked_at"], name="export_of"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(condition=models.Q(("state", "ready")), fields=["expires_at"], name="export_expiry"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "working"])), fields=["state"], name="export_wanted"
            ),
        ),
        migrations.RunPython(create, remove),
    ]
