"""Where evidence lies, how long, and what is left of what was erased."""

import complaints.models.evidence
import secrets

import django.db.models.deletion
from django.db import migrations, models

WINDOW = 1000
NAMES = "CREATE INDEX IF NOT EXISTS blob_pages ON complaints_blob USING gin (pages jsonb_path_ops)"
TEND = "tend"


def salt_each(apps, schema_editor):
    """A salt of its own for each blob: one default for all would let one that was erased be read off another."""
    Blob = apps.get_model("complaints", "Blob")
    last = 0
    while rows := list(Blob.objects.filter(pk__gt=last).only("pk").order_by("pk")[:WINDOW]):
        for row in rows:
            row.salt = secrets.token_hex(32)
        Blob.objects.bulk_update(rows, ["salt"])
        last = rows[-1].pk


def index_pages(apps, schema_editor):
    """Which pages a blob has is asked for by digest (complaints.evidence.named); SQLite reads through them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NAMES)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS blob_pages")


def create(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name=TEND, defaults={"func": "complaints.tasks.tend", "schedule_type": "I", "minutes": 10, "repeats": -1}
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=TEND).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0020_intake'),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasureRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('granted', '同意删除'), ('refused', '现在不能删')], max_length=16)),
                ('ground', models.CharField(blank=True, choices=[('needed', '案件还用得着这些证据'), ('law', '法律规定的保存期还没满'), ('identity', '没能核实是本人的要求')], max_length=16)),
                ('answered_by', models.CharField(blank=True, max_length=64)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '删除申请',
            },
        ),
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件')),
                ('what', models.CharField(choices=[('changed', '内容变了'), ('missing', '文件不见了')], max_length=16, verbose_name='问题')),
                ('found_at', models.DateTimeField(verbose_name='发现时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='恢复时间')),
            ],
            options={
                'verbose_name': '存档文件的问题',
                'verbose_name_plural': '存档文件的问题',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('court', '诉讼或仲裁还在进行'), ('authority', '有关机关在调查'), ('asked', '当事人要求留存')], max_length=16)),
                ('set_by', models.CharField(max_length=64)),
                ('set_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '留存',
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('name', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('after', models.CharField(blank=True, max_length=64)),
                ('began_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('commitment', models.CharField(db_index=True, max_length=64)),
                ('basis', models.CharField(choices=[('retention', '保存期满'), ('request', '本人要求删除'), ('rejected', '没有收下的文件，留存期满')], max_length=16)),
                ('remains', models.CharField(choices=[('row', '只剩这条记录'), ('shared', '同一个文件还在别的投诉里')], max_length=16)),
                ('actor', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '删除记录',
            },
        ),
        migrations.AddField(
            model_name='blob',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='blob',
            name='salt',
            field=models.CharField(blank=True, default=complaints.models.evidence.new_salt, max_length=64),
        ),
        migrations.AddIndex(
            model_name='blob',
            index=models.Index(fields=['preview'], name='blob_preview'),
        ),
        migrations.AddIndex(
            model_name='blob',
            index=models.Index(fields=['thumb'], name='blob_thumb'),
        ),
        migrations.AddField(
            model_name='erasurerequest',
            name='complaint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasure_requests', to='complaints.complaint'),
        ),
        migrations.AddConstraint(
            model_name='fault',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('sha256',), name='one_fault_stands_for_a_file'),
        ),
        migrations.AddField(
            model_name='hold',
            name='complaint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='blob',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tombstones', to='complaints.blob'),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='evidence',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tombstone', to='complaints.evidence'),
        ),
        migrations.AddConstraint(
            model_name='erasurerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('complaint',), name='one_erasure_asked'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('complaint',), name='one_hold_stands'),
        ),
        migrations.RunPython(index_pages, drop_index),
        migrations.RunPython(salt_each, migrations.RunPython.noop),
        migrations.RunPython(create, remove),
    ]
