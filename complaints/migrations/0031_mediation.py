"""Sessions, agreements, weighings and reminders; a check of a promise."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0030_notes_presence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="check_evidence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.evidence",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="sealed_check",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="respondent",
            name="reminded_of",
            field=models.DateField(blank=True, null=True),
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
                    ("bundled", "证据包做好了"),
                    ("records", "平台答复了要调取的记录"),
                    ("released", "投诉从账号里拿出来了"),
                    ("renewed", "换了新的回执码"),
                    ("refused", "有一件证据没有收下"),
                    ("session", "调解的时间有消息"),
                    ("agreement", "调解协议等你看"),
                    ("reopened", "协会重新打开了投诉"),
                ],
                max_length=16,
                verbose_name="事项",
            ),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("starts_at", models.DateTimeField(verbose_name="开始时间")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(480),
                        ],
                        verbose_name="大约几分钟",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("place", "当面"), ("telephone", "电话"), ("link", "视频会议")],
                        max_length=12,
                        verbose_name="怎么谈",
                    ),
                ),
                ("sealed_where", models.TextField(blank=True)),
                ("parties", models.JSONField(default=list)),
                ("called_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "已约好"),
                            ("held", "已开过"),
                            ("moved", "改期了"),
                            ("cancelled", "取消了"),
                            ("absent", "有人没有来"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("sealed_reason", models.TextField(blank=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "谈妥了，接着写协议"),
                            ("go-on", "还要接着谈"),
                            ("no-agreement", "没有谈成"),
                        ],
                        max_length=16,
                    ),
                ),
                ("came", models.JSONField(default=list)),
                ("sealed_record", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="complaints.complaint"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="complaints.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "调解会",
                "verbose_name_plural": "调解会",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(max_length=16)),
                ("comes", models.BooleanField()),
                ("sealed_words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendances", to="complaints.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "来不来",
                "verbose_name_plural": "来不来",
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "party",
                    models.CharField(
                        choices=[("merchant", "商家"), ("anchor", "主播"), ("platform", "平台")],
                        max_length=16,
                        verbose_name="和哪一方",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("refund-only", "退款，不用退货"),
                            ("return-refund", "退货退款"),
                            ("replace", "换货"),
                            ("repair", "修好"),
                            ("supply", "补发或补差价"),
                            ("compensate", "赔偿"),
                            ("other", "别的办法"),
                        ],
                        max_length=16,
                        verbose_name="怎么解决",
                    ),
                ),
                (
                    "payer",
                    models.CharField(
                        blank=True,
                        choices=[("party", "对方付给消费者"), ("consumer", "消费者付给对方"), ("", "不涉及付款")],
                        max_length=12,
                        verbose_name="谁付钱",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="金额（元）"
                    ),
                ),
                ("pay_by", models.DateField(verbose_name="最晚兑现")),
                ("sealed_duties", models.TextField(blank=True)),
                ("sealed_otherwise", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "等双方确认"),
                            ("confirmed", "双方都确认了"),
                            ("declined", "有一方没有同意"),
                            ("replaced", "换了新的一版"),
                            ("ended", "不再有效"),
                        ],
                        default="proposed",
                        max_length=12,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("consumer_at", models.DateTimeField(blank=True, null=True)),
                ("party_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("declined_by", models.CharField(blank=True, max_length=16)),
                ("sealed_reason", models.TextField(blank=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="complaints.offer",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="complaints.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "调解协议",
                "verbose_name_plural": "调解协议",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Weighing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=64)),
                ("answers", models.JSONField(default=dict)),
                ("finding", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "assertion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="weighing", to="complaints.assertion"
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="weighings", to="complaints.complaint"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "综合判断",
                "verbose_name_plural": "综合判断",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.CharField(choices=[("case", "办理期限"), ("review", "复核期限")], max_length=8)),
                ("due_on", models.DateField(verbose_name="期限")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("3-before", "还有3个工作日"),
                            ("1-before", "还有1个工作日"),
                            ("on-the-day", "今天到期"),
                            ("after", "已经过期"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="complaints.complaint"
                    ),
                ),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "催办",
                "verbose_name_plural": "催办",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("dismissed_at", None)), fields=["to", "due_on"], name="reminder_place"
                    ),
                    models.Index(condition=models.Q(("mailed_at", None)), fields=["made_at"], name="reminder_to_mail"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("complaint"),
                        models.F("of"),
                        models.F("due_on"),
                        models.F("step"),
                        name="reminder_once",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(models.F("complaint"), models.F("number"), name="session_number_once"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                models.F("complaint"),
                models.F("starts_at"),
                condition=models.Q(("state", "planned")),
                name="session_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(models.F("session"), models.F("side"), name="attendance_one_a_side"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(models.F("complaint"), models.F("number"), name="agreement_number_once"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                models.F("complaint"), condition=models.Q(("state", "proposed")), name="agreement_one_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("amount", None), _connector="OR"),
                name="agreement_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("consumer_at__isnull", False),
                        ("offer__isnull", False),
                        ("party_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="agreement_confirmed_by_both",
            ),
        ),
    ]
