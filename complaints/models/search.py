"""What a case can be found by at the desk: its words as one text, and the pieces of it that an index leads to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint


class GramsField(models.Field):
    """Pieces of a text: numbers in an array on PostgreSQL, words with spaces between them on SQLite.

    Its values are written out for the database that is asked (complaints.searching), and read by its index alone.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "integer[]" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "%s::integer[]" if connection.vendor == "postgresql" else "%s"


@GramsField.register_lookup
class Holds(models.Lookup):
    """All of these numbers are among them; on PostgreSQL, where a GIN index answers it."""

    lookup_name = "holds"

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} @> %s::integer[]", (*params, self.rhs)


class SearchText(models.Model):
    """One row a case, written by ``complaints.searching.keep`` alone, of columns that are the case's own: the number,
    goods, room, order number, names of the parties, and the story. What is emptied there is emptied here.

    On SQLite an FTS5 table stands beside it (``complaints_searchgrams``), which triggers keep in step.
    """

    complaint = models.OneToOneField(Complaint, models.CASCADE, primary_key=True, related_name="search")
    text = models.TextField()
    grams = GramsField()

    class Meta:
        verbose_name = _("检索文本")

    def __str__(self) -> str:
        return f"search text of {self.complaint_id}"


class SearchGap(models.Model):
    """How far the cases that were here before the index are not in it yet: those with a smaller primary key. No row,
    no gap."""

    below = models.BigIntegerField()

    class Meta:
        verbose_name = _("还没有编入检索的投诉")

    def __str__(self) -> str:
        return f"below {self.below}"
