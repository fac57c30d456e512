from decimal import Decimal

import pytest

from survey.domain.results.table import Column, Report, Table

WITHHELD = "样本过小,不予显示"


@pytest.fixture
def report() -> Report:
    summary = Table(
        title="个人汇总表",
        columns=[
            Column("姓名"),
            Column("有效票数", "count"),
            Column("优秀率", "percent", 2),
            Column("称职率(%)", "percent", 1),
            Column("得分", "score", 3),
        ],
        rows=[
            ["干部䶮", 139, Decimal("81.80"), Decimal("100.0"), Decimal("96.300")],
            ["干部㛃", 7, WITHHELD, None, WITHHELD],
            ["=1+1", 0, Decimal("0.00"), Decimal("5.0"), Decimal("-0.125")],
        ],
        notes=["优秀率 = 优秀票 ÷ 作答票。", "四舍五入,保留两位小数。"],
    )
    texts = Table("意见:甲/乙", [Column("意见")], [["@SUM(A1)"], ["多到基层\n走一走"]], ["-由监票人审核"])
    return Report(
        title="2026年度民主测评",
        facts=[("组织单位", "县委组织部"), ("+测评时间", "2026年12月18日")],
        tables=[summary, texts],
        signatures=["计票人(签字)", "监票人(签字)", "总监票人(签字)", "单位(盖章)", "年 月 日"],
        footer="5 town-annual & sha256:3f9a",
    )


@pytest.fixture
def long_table() -> Table:
    columns = [Column("名次", "count"), Column("姓名"), Column("职务"), Column("加权得分", "score", 2)]
    rows = [
        [at, f"干部{at}", "党委副书记、纪委书记、监察办公室主任", Decimal("93.24")] for at in range(1, 121)
    ]
    return Table("总表", columns, rows, ["等次按加权得分确定。"])
