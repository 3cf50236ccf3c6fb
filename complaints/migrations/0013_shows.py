"""What each piece shows. What stands behind the consumers' words so far is what their pieces showed."""

import django.db.models.deletion
from django.db import migrations, models

BY_KIND = ("order", "payment")  # what showed the purchase by its kind alone


def carry_over(apps, schema_editor):
    """Filed pieces show what their owner's words rest on; those of drafts what their kind shows by itself."""
    Showing = apps.get_model("complaints", "Showing")
    Evidence = apps.get_model("complaints", "Evidence")
    Link = apps.get_model("complaints", "Assertion").evidence.through
    found = {}
    said = Link.objects.filter(assertion__speaker="consumer", assertion__value__isnull=False).order_by("assertion_id")
    told = said.values_list("evidence_id", "assertion__fact", "assertion__value", "assertion__at")
    for evidence, fact, value, at in told.iterator():
        found[evidence, fact] = (value, at)
    rows = [Showing(evidence_id=pk, fact=fact, value=value, at=at) for (pk, fact), (value, at) in found.items()]
    waiting = Evidence.objects.filter(complaint=None, removed_at=None, kind__in=BY_KIND)
    rows += [
        Showing(evidence_id=pk, fact="purchase_proved", value=True, at=at)
        for pk, at in waiting.values_list("pk", "received_at")
    ]
    Showing.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0012_on_behalf'),
    ]

    operations = [
        migrations.CreateModel(
            name="Showing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=64, verbose_name="事实")),
                ("value", models.BooleanField(verbose_name="是否")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="showings", to="complaints.evidence"
                    ),
                ),
            ],
            options={
                "verbose_name": "能证明什么",
                "verbose_name_plural": "能证明什么",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("evidence", "fact"),
                        name="shows_a_fact_one_way_at_a_time",
                    )
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
