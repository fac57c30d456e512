"""What is wrong with a record of a year's end as it was typed, in words, at its field."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

FAULT_WORDS: Mapping[str, object] = {
    "missing": _l("请填写。"),
    "too-long": _l("字数超过上限，请精简。"),
    "control": _l("含有看不见的字符或多余的换行，请删去后重新输入。"),
    "not-points": _l("请填一个数，不能小于 0，不能超过满分，小数最多四位。"),
    "not-number": _l("请填人数，用整数。"),
    "not-day": _l("请填考核年度或下一年里的一天，如 2026-12-25。"),
    "too-late": _l("请填考核年度或下一年里的一天，如 2026-12-25。"),
    "too-early": _l("这一天早于考核年度。"),
    "unknown": _l("选项已经变了，请重新选。"),
    "more-than-due": _l("实到人数不能多于应到人数。"),
}


def typed_in(form: FlaskForm) -> dict[str, str]:
    """Return the texts of a form by field."""
    return {item.name: item.data for item in form if isinstance(item.data, str)}


def mark(form: FlaskForm, faults: Mapping[str, str]) -> None:
    """Put what is wrong at the fields of a form."""
    for name, why in faults.items():
        form[name].errors = [FAULT_WORDS[why]]


def number_in(typed: str | None) -> int:
    """Return the number of a record that a hidden field holds, -1 where it holds none."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
