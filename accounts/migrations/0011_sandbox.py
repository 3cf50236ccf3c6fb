"""Two kinds of organisation that nobody lists: a place to practise, and the association its cases belong to."""

from django.db import migrations, models



class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_members"),
    ]

    operations = [
        migrations.AlterField(
            model_name='organisation',
            name='kind',
            field=models.CharField(choices=[('association', '消费者协会'), ('platform', '平台'), ('merchant', '商家'), ('anchor', '主播（直播间）'), ('sandbox', '练习用的企业'), ('practice', '练习用的协会')], max_length=16, verbose_name='类型'),
        ),
    ]
