"""Sentences heard in livestreams; records asked of the platform, and its answers."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_profile_and_sessions'),
        ('complaints', '0025_reuse_and_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='has_records',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('filed', '投诉已提交'), ('answered', '对方有答复'), ('lapsed', '对方到期没有答复'), ('decided', '判定有变化'), ('asked', '协会有事问你'), ('accepted', '协会已受理'), ('declined', '协会不予受理'), ('near', '补充期限快到了'), ('ended', '投诉已结束'), ('claimed', '投诉放进了一个账号'), ('wrote', '有人给你写了消息'), ('offered', '对方提出了方案'), ('payment', '约好的日子过了，问你收到没有'), ('resumed', '承诺没有兑现，案件接着办'), ('overridden', '协会改判了'), ('reviewed', '人工复核有结果了'), ('bundled', '证据包做好了'), ('records', '平台答复了要调取的记录'), ('released', '投诉从账号里拿出来了'), ('renewed', '换了新的回执码'), ('refused', '有一件证据没有收下')], max_length=16, verbose_name='事项'),
        ),
        migrations.CreateModel(
            name='LiveMoment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on', models.DateField(verbose_name='哪天直播')),
                ('code', models.CharField(blank=True, max_length=8, verbose_name='回放里的位置')),
                ('by', models.CharField(choices=[('anchor', '主播'), ('helper', '助播或别的人'), ('shop', '店铺或直播间账号')], default='anchor', max_length=8, verbose_name='谁说的')),
                ('sealed', models.TextField()),
                ('at', models.DateTimeField(verbose_name='写下的时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('complaint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moments', to='complaints.complaint')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='complaints.livemoment')),
                ('draft', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='moments', to='complaints.draft')),
            ],
            options={
                'verbose_name': '直播里的话',
                'verbose_name_plural': '直播里的话',
            },
        ),
        migrations.CreateModel(
            name='MomentPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.CharField(blank=True, max_length=8)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.evidence')),
                ('moment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='complaints.livemoment')),
            ],
        ),
        migrations.AddField(
            model_name='livemoment',
            name='evidence',
            field=models.ManyToManyField(related_name='moments', through='complaints.MomentPlace', to='complaints.evidence'),
        ),
        migrations.CreateModel(
            name='RecordItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('replay', '直播回放'), ('interaction', '直播间互动记录'), ('page', '下单时的商品页面'), ('chat', '客服聊天记录'), ('payment', '付款记录'), ('logistics', '物流记录'), ('returns', '退换货和售后记录'), ('account', '直播间账号的信息'), ('seller_identity', '卖家的真实名称、地址、联系方式'), ('operator_identity', '直播间运营者的真实名称、地址、联系方式')], max_length=24, verbose_name='什么记录')),
                ('about', models.CharField(blank=True, max_length=10)),
                ('is_owed', models.BooleanField(default=False)),
                ('kept_until', models.DateField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('lapsed_at', models.DateTimeField(blank=True, null=True, verbose_name='逾期时间')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_items', to='complaints.complaint')),
            ],
            options={
                'verbose_name': '要调取的一项',
                'verbose_name_plural': '要调取的一项',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RecordAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('says', models.CharField(choices=[('yes', '给'), ('partly', '给一部分'), ('no', '不给')], max_length=8, verbose_name='答复')),
                ('why', models.CharField(blank=True, choices=[('never_kept', '没有留存过'), ('period_over', '保存期已过'), ('needs_authority', '要主管机关或法院来调取'), ('not_ours', '不在我方手里'), ('others_data', '含有其他人的个人信息')], max_length=16, verbose_name='原因')),
                ('sealed_words', models.TextField(blank=True)),
                ('sealed_link', models.TextField(blank=True)),
                ('is_late', models.BooleanField(default=False)),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('evidence', models.ManyToManyField(blank=True, related_name='record_answers', to='complaints.evidence')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='complaints.recorditem')),
            ],
            options={
                'verbose_name': '对一项记录的答复',
                'verbose_name_plural': '对一项记录的答复',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RecordRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('by', models.CharField(choices=[('consumer', 'consumer'), ('officer', 'officer')], max_length=16)),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('served_at', models.DateTimeField(blank=True, null=True, verbose_name='送达时间')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='期限')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_requests', to='complaints.complaint')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '调取记录',
                'verbose_name_plural': '调取记录',
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='recorditem',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='complaints.recordrequest'),
        ),
        migrations.AddConstraint(
            model_name='momentplace',
            constraint=models.UniqueConstraint(models.F('moment'), models.F('evidence'), name='moment_place_once'),
        ),
        migrations.AddIndex(
            model_name='livemoment',
            index=models.Index(fields=['complaint', 'on'], name='moment_of_case'),
        ),
        migrations.AddConstraint(
            model_name='livemoment',
            constraint=models.CheckConstraint(condition=models.Q(('draft__isnull', False), ('complaint__isnull', False), _connector='OR'), name='moment_belongs_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='livemoment',
            constraint=models.CheckConstraint(condition=models.Q(('by__in', ['anchor', 'helper', 'shop'])), name='moment_speaker_known'),
        ),
        migrations.AddConstraint(
            model_name='recordanswer',
            constraint=models.CheckConstraint(condition=models.Q(('says__in', ['yes', 'partly', 'no'])), name='record_answer_known'),
        ),
        migrations.AddConstraint(
            model_name='recordanswer',
            constraint=models.CheckConstraint(condition=models.Q(('says', 'yes'), models.Q(('why', ''), _negated=True), _connector='OR'), name='record_answer_says_why'),
        ),
        migrations.AddIndex(
            model_name='recordrequest',
            index=models.Index(fields=['due_on'], name='record_request_clock'),
        ),
        migrations.AddConstraint(
            model_name='recordrequest',
            constraint=models.UniqueConstraint(models.F('complaint'), models.F('number'), name='record_request_number_once'),
        ),
        migrations.AddConstraint(
            model_name='recordrequest',
            constraint=models.CheckConstraint(condition=models.Q(('served_at__isnull', True), ('due_on__isnull', False), _connector='OR'), name='record_request_served_has_a_day'),
        ),
        migrations.AddIndex(
            model_name='recorditem',
            index=models.Index(condition=models.Q(('answered_at', None), ('lapsed_at', None)), fields=['request'], name='record_item_clock'),
        ),
        migrations.AddConstraint(
            model_name='recorditem',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('complaint', 'kind', 'about'), name='record_item_open_once'),
        ),
    ]
