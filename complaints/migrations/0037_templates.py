"""Templates, and those that come with the site."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models


AT = datetime(2026, 11, 21, tzinfo=UTC)
STANDARD = (
    (
        "message",
        "已看过，正在办",
        "Read and being worked on",
        "您好，投诉{reference}（{goods}）我们看过了，正在办。接下来要先听{platform}和{shop}怎么说。"
        "有新的进展，您会收到通知；订单、聊天和录屏请先留好。——{association}",
        "Hello. We have read complaint {reference} ({goods}) and are working on it. The next step is to hear {platform} "
        "and {shop}. You will be told as soon as there is news; please keep the order, the chat and any recording. "
        "— {association}",
    ),
    (
        "message",
        "对方答复了，请看一看",
        "The other side has answered",
        "您好，投诉{reference}里对方已经答复。请打开这件投诉看一看：说得对不对，还差什么，都可以直接写在那里。"
        "不用重新提交。——{association}",
        "Hello. The other side has answered in complaint {reference}. Please open the case and have a look: what is right, "
        "what is wrong and what is missing can all be written there. Nothing needs to be filed again. — {association}",
    ),
    (
        "message",
        "约时间调解",
        "A time for mediation",
        "您好，投诉{reference}（{goods}）我们想约双方一起谈一次。请在{answer_by}以前回一条消息，"
        "写明哪几天、什么时段方便，电话谈还是当面谈都可以。——{association}",
        "Hello. We would like both sides to talk about complaint {reference} ({goods}). Please send a message by "
        "{answer_by} saying which days and hours suit you; by telephone or in person, as you prefer. — {association}",
    ),
    (
        "ask",
        "请消费者补订单和付款截图",
        "The order and payment, from the consumer",
        "请补两张截图：一张能看清订单号、商品和下单日期（{purchased_on}前后），一张能看清付款金额和收款方。"
        "身份证号、银行卡号可以遮住。最晚{answer_by}。",
        "Please add two screenshots: one showing the order number, the goods and the date of the order (around "
        "{purchased_on}), one showing the amount paid and who received it. Identity and card numbers may be covered. "
        "By {answer_by} at the latest.",
    ),
    (
        "ask",
        "请商家说明并提供凭证",
        "An account with proof, from the shop",
        "关于投诉{reference}（{goods}，{purchased_on}下单），请{party}在{answer_by}以前说明：消费者说的哪些属实，哪些不属实；"
        "不属实的，请附进货凭证、检验报告、聊天或物流记录。愿意怎么解决，也请一并写明。",
        "Complaint {reference} ({goods}, ordered on {purchased_on}): please tell us by {answer_by} what in the consumer's "
        "account is right and what is not. For what is not, please attach proof of purchase, test reports, chats or "
        "delivery records. Please also say how you would settle it.",
    ),
    (
        "ask",
        "请主播说明当时怎么讲的",
        "What was said in the live room, from the anchor",
        "关于投诉{reference}（{goods}），请{party}在{answer_by}以前说明：{room}里当时怎么介绍这件商品，依据是什么，"
        "商品是谁卖的、怎么告诉观众的。有录屏、讲解稿或选品记录的，请一并提供。",
        "Complaint {reference} ({goods}): please tell us by {answer_by} how the goods were presented in {room}, on what "
        "basis, who sold them and how viewers were told so. Please add any recording, script or record of how the goods "
        "were chosen.",
    ),
    (
        "letter",
        "转告投诉并请答复",
        "A complaint passed on for an answer",
        "{platform}：\n\n我会收到消费者投诉，编号{reference}，商品“{goods}”，{purchased_on}在{room}下单，涉及{shop}和{anchor}。"
        "请转告有关各方，并在{answer_by}以前把答复和材料交给我会。\n\n{association}\n{today}",
        "To {platform}\n\nWe have received a consumer's complaint, number {reference}: “{goods}”, ordered on "
        "{purchased_on} in {room}, concerning {shop} and {anchor}. Please pass it on to those concerned and let us have "
        "their answers and material by {answer_by}.\n\n{association}\n{today}",
    ),
    (
        "sms",
        "有新进展",
        "There is news",
        "【{association}】投诉{reference}有新进展，请打开投诉查看。",
        "{association}: there is news on complaint {reference}. Please open your case.",
    ),
)


def bring(apps, schema_editor):
    template = apps.get_model("complaints", "Template")
    for kind, name, name_en, zh, en in STANDARD:
        made = template.objects.create(kind=kind, name=name, name_en=name_en)
        made.versions.create(number=1, zh=zh, en=en, by="system", at=AT)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_duties'),
        ('complaints', '0036_access'),
    ]

    operations = [
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('message', '写给消费者的消息'), ('ask', '要材料'), ('letter', '信'), ('sms', '短信')], max_length=16, verbose_name='用在哪里')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('name_en', models.CharField(max_length=60, verbose_name='英文名称')),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('association', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='accounts.organisation', verbose_name='协会')),
            ],
            options={
                'verbose_name': '模板',
                'ordering': ['kind', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('zh', models.TextField()),
                ('en', models.TextField()),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='complaints.template')),
            ],
            options={
                'verbose_name': '模板版本',
                'ordering': ['-number'],
            },
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(fields=("association", "kind", "name"), condition=models.Q(('retired_at', None)), name='template_named_once'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=("template", "number"), name='template_version_once'),
        ),
        migrations.RunPython(bring, migrations.RunPython.noop),
    ]
