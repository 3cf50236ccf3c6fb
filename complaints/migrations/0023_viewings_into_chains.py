"""What is on record of evidence so far goes into custody chains: receipts, and who looked. A case at a time has its
chain or has none, so that a migration which was cut off goes on where it stopped; 500 cases a transaction."""

import secrets
from itertools import groupby

from django.db import migrations, models, transaction

import complaints.models.evidence
from accounts.sealing import seal as seal_words
from complaints.evidence.custody import commitment, reason_digest, seal, told
from complaints.evidence.chains import FIRST

WINDOW = 500


def carry_over(apps, schema_editor):
    fill_salts(apps.get_model("complaints", "Evidence"))
    last = 0
    while (last := carry_cases(apps, last)) is not None:
        pass


def fill_salts(Evidence):
    """A salt of its own for each piece: one default for all rows would let one erased salt be read off another."""
    while rows := list(Evidence.objects.filter(custody_salt="").order_by("pk")[:WINDOW]):
        for row in rows:
            row.custody_salt = secrets.token_hex(32)
        Evidence.objects.bulk_update(rows, ["custody_salt"])


def carry_cases(apps, last):
    """The chains of the next cases that have evidence; the last of them, or None where there were none."""
    Evidence, Head = apps.get_model("complaints", "Evidence"), apps.get_model("complaints", "CustodyHead")
    offered = Evidence.objects.filter(complaint__gt=last).order_by("complaint")
    pks = list(offered.values_list("complaint", flat=True).distinct()[:WINDOW])
    if not pks:
        return None
    with transaction.atomic():
        new = set(pks) - set(Head.objects.filter(pk__in=pks).values_list("pk", flat=True))
        pieces = Evidence.objects.filter(complaint__in=new).select_related("blob", "complaint")
        looks = happened_of(apps, new)
        made = [chain(apps, pk, list(group), looks.get(pk, [])) for pk, group in by_case(pieces)]
        apps.get_model("complaints", "CustodyEntry").objects.bulk_create(
            [entry for entries, _reasons in made for entry in entries], batch_size=500
        )
        apps.get_model("complaints", "CustodyReason").objects.bulk_create(
            [reason for _entries, reasons in made for reason in reasons], batch_size=500
        )
        Head.objects.bulk_create(
            [
                Head(complaint_id=entries[-1].complaint_id, sequence=len(entries), digest=entries[-1].digest)
                for entries, _reasons in made
            ]
        )
    return pks[-1]


def by_case(rows):
    return groupby(sorted(rows, key=lambda row: (row.complaint_id, row.pk)), key=lambda row: row.complaint_id)


def happened_of(apps, pks):
    rows = apps.get_model("complaints", "Viewing").objects.filter(evidence__complaint__in=pks)
    found = {}
    for row in rows.select_related("evidence__blob").order_by("at", "pk"):
        found.setdefault(row.evidence.complaint_id, []).append(row)
    return found


def chain(apps, pk, pieces, looks):
    """All entries of one case in the order in which they happened, and the reasons of those that have one."""
    Entry, Reason = apps.get_model("complaints", "CustodyEntry"), apps.get_model("complaints", "CustodyReason")
    rows = [(piece.received_at, piece, "received", piece.offered_by, "original", "") for piece in pieces]
    rows += [(row.at, row.evidence, act_of(row), row.actor, row.variant, words_of(row)) for row in looks]
    entries, reasons, previous = [], [], FIRST
    for sequence, (at, piece, act, actor, variant, words) in enumerate(sorted(rows, key=lambda row: row[0]), 1):
        entry = Entry(
            complaint_id=pk,
            evidence_id=piece.pk,
            sequence=sequence,
            act=act,
            variant=variant,
            actor=actor,
            commitment=commitment(piece.custody_salt, piece.blob.sha256),
            at=at,
            previous=previous,
        )
        if words:
            salt = secrets.token_hex(32)
            entry.reason_digest = reason_digest(salt, words)
            sealed = seal_words(words, owner=f"custody:{pk}:{sequence}")
            reasons.append(Reason(entry=entry, salt=salt, sealed=sealed))
        entry.digest = previous = seal(previous, told(entry, pieces[0].complaint.reference))
        entries.append(entry)
    return entries, reasons


def act_of(row):
    if words_of(row) != row.reason:
        return "exported"
    return "downloaded" if row.variant == "original" else "viewed"


def words_of(row):
    """The reason as a person wrote it; "export" was our own mark."""
    return "" if row.reason == "export" else row.reason


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0022_custody_and_anchors"),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="evidence",
            name="custody_salt",
            field=models.CharField(blank=True, default=complaints.models.evidence.new_salt, max_length=64),
        ),
        migrations.DeleteModel(name="Viewing"),
        migrations.CreateModel(
            name="Viewing",
            fields=[],
            options={"verbose_name": "查看", "proxy": True, "indexes": [], "constraints": []},
            bases=("complaints.custodyentry",),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('filed', '投诉已提交'), ('answered', '对方有答复'), ('lapsed', '对方到期没有答复'), ('decided', '判定有变化'), ('asked', '协会有事问你'), ('accepted', '协会已受理'), ('declined', '协会不予受理'), ('near', '补充期限快到了'), ('ended', '投诉已结束'), ('claimed', '投诉放进了一个账号'), ('wrote', '有人给你写了消息'), ('offered', '对方提出了方案'), ('payment', '约好的日子过了，问你收到没有'), ('resumed', '承诺没有兑现，案件接着办'), ('overridden', '协会改判了'), ('reviewed', '人工复核有结果了'), ('bundled', '证据包做好了'), ('released', '投诉从账号里拿出来了'), ('renewed', '换了新的回执码')], max_length=16, verbose_name='事项'),
        ),
    ]
