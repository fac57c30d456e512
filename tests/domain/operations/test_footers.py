"""What stands below a table is known by its first words; rows that only begin alike are rows."""

import pytest

from survey.domain.operations.footers import FooterKind, footer_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("合　计", FooterKind.TOTAL), ("共 22 张", FooterKind.TOTAL), ("总计：5", FooterKind.TOTAL)),
        *(("填表人：赵某", FooterKind.SIGNED), ("单位（盖章）：", FooterKind.SIGNED)),
        *(("注：用后销毁", FooterKind.NOTE), ("备注", FooterKind.NOTE)),
        *(("合计云", None), ("注册处", None), ("共青团委", None), ("A", None), ("", None)),
    ],
)
def test_a_line_below_a_table(text: str, kind: FooterKind | None) -> None:
    assert footer_kind(text) is kind
