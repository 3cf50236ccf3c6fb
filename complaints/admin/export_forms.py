"""The form that asks for an export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.exports.columns import COLUMNS, USUAL
from complaints.models import Export

NOTES = {
    Export.Level.FIGURES: _("没有任何人写的话：编号、日期、状态、判定、金额。"),
    Export.Level.MASKED: _("姓名只留姓，订单号只留尾号，经过里的号码和姓名都遮住。"),
    Export.Level.FULL: _("什么都不遮。要写理由，理由会留在记录里。"),
}


class ExportForm(forms.Form):
    """Level, columns, format, and a reason for what is not masked."""

    level = forms.ChoiceField(label=_("遮到什么程度"), widget=forms.RadioSelect, initial=Export.Level.FIGURES)
    columns = forms.MultipleChoiceField(
        label=_("要哪些栏"),
        widget=forms.CheckboxSelectMultiple,
        initial=list(USUAL),
        error_messages={"required": _("至少选一栏。")},
    )
    format = forms.ChoiceField(
        label=_("文件格式"), widget=forms.RadioSelect, initial=Export.Format.CSV, choices=Export.Format.choices
    )
    reason = forms.CharField(
        label=_("为什么要完整的资料"),
        required=False,
        max_length=500,
        help_text=_("选了“完整”才要写。写给谁、办什么用。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。")},
    )

    def __init__(self, *args: Any, may_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [level for level in Export.Level if may_name or level != Export.Level.FULL]
        columns = {code: each for code, each in COLUMNS.items() if may_name or each.level != Export.Level.FULL}
        self._choices("level", [(level.value, f"{level.label}\n{NOTES[level]}") for level in levels])
        self._choices("columns", [(code, _name(code)) for code in columns])
        if not may_name:
            del self.fields["reason"]

    def chosen(self) -> dict[str, Any]:
        """As ``exporting.ask`` takes it."""
        return {name: self.cleaned_data.get(name, "") for name in ("level", "columns", "format", "reason")}

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        found.choices = choices


def _name(code: str) -> str:
    """The column, and below it from which level on it is given."""
    column = COLUMNS[code]
    if column.level == Export.Level.FIGURES:
        return str(column.label)
    note = _("只在“完整”里") if column.level == Export.Level.FULL else _("“遮住”和“完整”里有")
    return f"{column.label}\n{note}"
