"""The report on an evaluation, and official forms, read back from the Word file."""

from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from flask import Flask

from survey.documents.word.official_tables import write_docx
from survey.documents.word.report import report_docx
from survey.domain.results.evaluation_report import Situation, make_situation
from survey.domain.results.official import WITHHELD
from survey.domain.results.table import Column, Report, Sheet, Table
from survey.services.count import certificate
from survey.services.results import publishing
from survey.storage.database import transaction
from tests.builders import example
from tests.counted import counted

DECIDED = Table("等次认定", [Column("姓名"), Column("等次")], [["张三", "优秀"]], ("由党委研究认定。",))


def situation(name: str, sizes: dict[str, int] | None = None) -> tuple[Situation, publishing.Results]:
    code = counted(example(name), sizes).code
    with transaction() as session:
        campaign, results, _ = publishing.results(session, code)
        about = certificate.gather(session, campaign)
    return make_situation(results, about, campaign.state, [DECIDED]), results


def document(made: Situation):
    out = BytesIO()
    report_docx(made, out)
    return Document(BytesIO(out.getvalue()))


def cells(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize("sizes", [{}, {"A": 4}])
def test_every_score_is_that_of_the_results(app: Flask, sizes: dict[str, int]) -> None:
    made, results = situation("town-annual", sizes)
    rows = [row for table in document(made).tables for row in cells(table)]
    assert results.ratees
    for standing in results.ratees:
        name = results.definition.ratee[standing.ratee].name
        (row,) = [row for row in rows if name in row]
        scores = [*standing.scores.values(), standing.pooled, standing.weighted]
        assert [str(score) for score in scores if score is not None] == [
            cell for cell in row if cell in {str(score) for score in scores}
        ]
        if not standing.scores:
            assert WITHHELD in row
    total = results.count.accounting.total
    assert ["合计", str(total.present), str(total.issued), str(total.voided)] in [row[:4] for row in rows]
    said = "\n".join(one.text for one in document(made).paragraphs)
    assert bool(sizes) is ("没有。" not in said)
    assert all(line in said for line in made.withheld)


def test_what_was_decided_stands_beside_the_count(app: Flask) -> None:
    made, _ = situation("town-annual")
    said = [one.text for one in document(made).paragraphs]
    assert "六、组织认定" in said
    assert "七、签字" in said
    assert "由党委研究认定。" in said
    assert [["姓名", "等次"], ["张三", "优秀"]] in [cells(table) for table in document(made).tables]


def test_tables_of_the_report_repeat_heads_and_keep_rows_whole(app: Flask) -> None:
    made = document(situation("one-report-two-reviews")[0])
    assert len(made.tables) >= 4
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    footer = made.sections[0].footer._element.xml
    assert 'w:instr="NUMPAGES"' in footer
    assert "计票摘要" in footer


def test_forms_have_their_heads_blocks_and_results() -> None:
    columns = [
        Column("项目", tall=True),
        Column(""),
        Column("优秀", "count", over="等次"),
        Column("称职", "count", over="等次"),
        Column("得分", "score", 2),
    ]
    rows = [
        ["德", "票数", 9, 2, Decimal("96.36")],
        ["德", "百分比(%)", Decimal("81.82"), Decimal("18.18"), None],
        ["能", "票数", 8, 3, Decimal("94.00")],
        ["能", "百分比(%)", Decimal("72.73"), Decimal("27.27"), None],
    ]
    table = Table("汇总", columns, rows, block=2, strong=2)
    sheet = Sheet(
        "person",
        "c1",
        "个人汇总表",
        (("姓名", "张三"), ("职务", "副镇长"), ("等次", "优秀")),
        (table,),
        ("说明甲",),
    )
    out = BytesIO()
    write_docx(Report("测评", (("组织单位", "办"),), (), ("计票人(签字)",), "x · 0123", [sheet, sheet]), out)
    made = Document(BytesIO(out.getvalue()))
    subject, printed, *_ = made.tables
    assert cells(subject) == [["姓名", "张三", "职务", "副镇长", "等次", "优秀"]]
    assert [cell.text for cell in printed.rows[0].cells] == ["项目", "", "等次", "等次", "得分"]
    assert [cell.text for cell in printed.rows[1].cells] == ["项目", "", "优秀", "称职", "得分"]
    assert all(printed.rows[at]._tr.trPr.find(qn("w:tblHeader")) is not None for at in (0, 1))
    assert [cell.text for cell in printed.rows[3].cells] == ["德", "百分比(%)", "81.82", "18.18", "—"]
    assert printed.cell(2, 0)._tc is not printed.cell(4, 0)._tc
    assert [bool(printed.rows[at].cells[1].paragraphs[0].runs[0].bold) for at in range(2, 6)] == [
        False,
        False,
        True,
        True,
    ]
    kept = [printed.rows[at].cells[1].paragraphs[0].paragraph_format.keep_with_next for at in range(2, 6)]
    assert [bool(one) for one in kept] == [True, False, True, True]
    assert len(made.sections) == 2
    assert [one.text for one in made.paragraphs].count("注：说明甲") == 2


def test_a_report_of_nothing_is_a_page_with_its_title() -> None:
    out = BytesIO()
    write_docx(Report("测评", (), (), (), "x"), out)
    assert "测评" in [one.text for one in Document(BytesIO(out.getvalue())).paragraphs]
