"""What cases are found by at the desk. The cases that are here already come in by ``manage.py index_search``, or bit by
bit with the sweep; until then they are read one by one."""

import django.db.models.deletion
from django.db import migrations, models

import complaints.models.search

# grams of this many kinds are counted by ANALYZE: ten times the target (PostgreSQL manual, 69.1). Without a list of
# pending entries every search takes as long as the last.
ON_POSTGRESQL = (
    "CREATE INDEX complaints_searchtext_grams ON complaints_searchtext USING gin (grams) WITH (fastupdate = off)",
    "ALTER TABLE complaints_searchtext ALTER COLUMN grams SET STATISTICS 200",
)
# As sqlite.org/fts5.html, 4.4.3 has it for a table whose content stands elsewhere.
OUT = "INSERT INTO complaints_searchgrams (complaints_searchgrams, rowid, grams) VALUES ('delete', old.complaint_id, old.grams);"
IN = "INSERT INTO complaints_searchgrams (rowid, grams) VALUES (new.complaint_id, new.grams);"
ON_SQLITE = (
    "CREATE VIRTUAL TABLE complaints_searchgrams USING fts5(grams, content='complaints_searchtext',"
    " content_rowid='complaint_id', columnsize=0, tokenize='ascii')",
    f"CREATE TRIGGER complaints_searchtext_in AFTER INSERT ON complaints_searchtext BEGIN {IN} END",
    f"CREATE TRIGGER complaints_searchtext_out AFTER DELETE ON complaints_searchtext BEGIN {OUT} END",
    f"CREATE TRIGGER complaints_searchtext_anew AFTER UPDATE ON complaints_searchtext BEGIN {OUT} {IN} END",
)


def lay(apps, schema_editor):
    for statement in ON_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else ON_SQLITE:
        schema_editor.execute(statement)


def take_up(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.execute("DROP TABLE complaints_searchgrams")


def mark(apps, schema_editor):
    last = apps.get_model("complaints", "Complaint").objects.order_by("-pk").values_list("pk", flat=True).first()
    if last:
        apps.get_model("complaints", "SearchGap").objects.create(below=last + 1)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0027_masks")]

    operations = [
        migrations.CreateModel(
            name="SearchGap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("below", models.BigIntegerField()),
            ],
            options={"verbose_name": "还没有编入检索的投诉"},
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "complaint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="complaints.complaint",
                    ),
                ),
                ("text", models.TextField()),
                ("grams", complaints.models.search.GramsField()),
            ],
            options={"verbose_name": "检索文本"},
        ),
        migrations.RunPython(lay, take_up),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
