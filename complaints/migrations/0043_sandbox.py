"""Places to practise: invented cases that only their sandbox sees, and runs that put a receiver to the test."""

import datetime
from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_sandbox'),
        ("complaints", "0042_inbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConformanceRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', '排队中'), ('running', '正在跑'), ('done', '跑完了'), ('broken', '中途断了')], default='waiting', max_length=12, verbose_name='状态')),
                ('asked_at', models.DateTimeField(verbose_name='开始时间')),
                ('held_until', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('steps', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': '接收检查',
                'verbose_name_plural': '接收检查',
            },
        ),
        migrations.CreateModel(
            name='InventedCase',
            fields=[
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='invention', serialize=False, to='complaints.complaint')),
                ('kind', models.CharField(max_length=32)),
                ('ahead', models.DurationField(default=datetime.timedelta)),
                ('reads', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Sandbox',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='practises', serialize=False, to='accounts.organisation')),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_of_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_state_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_platform',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_mine',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_new_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_free_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_disputed_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_person_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_message_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_contest_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_records_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_large_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_review_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='filed_of_all',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='ended_of_all',
        ),
        migrations.AddField(
            model_name='complaint',
            name='sandbox',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invented', to='accounts.organisation'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state', 'letters', 'merchant_verdict', 'anchor_verdict', 'platform_verdict'], name='queue_of_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('sandbox__isnull', True)), fields=['state', '-is_safety', 'due_key', 'id'], name='queue_state_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['platform_name', '-is_safety', 'due_key', 'id', 'association', 'state', 'sandbox'], name='queue_platform'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['officer', '-is_safety', 'due_key', 'id', 'association', 'state', 'sandbox'], name='queue_mine'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('sandbox__isnull', True)), fields=['filed_at', 'id', 'state'], name='queue_new_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('officer', None), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_free_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('has_dispute', True), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_disputed_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('needs_person', True), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_person_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('has_message', True), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_message_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('contest_due_on__isnull', False), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_contest_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('has_records', True), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_records_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('price__gte', Decimal('2000')), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state'], name='queue_large_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(models.Q(('review_due_on__isnull', False), ('has_proposal', True), ('has_carried', True), _connector='OR'), ('sandbox__isnull', True)), fields=['-is_safety', 'due_key', 'id', 'state', 'closed_at', 'review_due_on'], name='queue_review_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('sandbox__isnull', True)), fields=['filed_at', 'id'], name='filed_of_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('closed_at__isnull', False), ('sandbox__isnull', True)), fields=['state', 'filed_at', 'id'], name='ended_of_all'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('sandbox__isnull', False)), fields=['sandbox'], name='invented_of'),
        ),
        migrations.AddField(
            model_name='conformancerun',
            name='complaint',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='conformancerun',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.endpoint'),
        ),
        migrations.AddField(
            model_name='conformancerun',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conformance_runs', to='accounts.organisation'),
        ),
        migrations.AddConstraint(
            model_name='conformancerun',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('organisation',), name='conformance_one_at_a_time'),
        ),
    ]
