import csv
from io import BytesIO, StringIO

from survey.documents.export.official_csv import write_csv


def written(report):
    out = BytesIO()
    write_csv(report, out)
    assert not out.closed
    return out.getvalue()


def test_bytes_are_utf8_with_mark_and_crlf(report):
    data = written(report)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert b"\r\n" in data
    assert data.decode("utf-8-sig").startswith("2026年度民主测评\r\n")


def test_tables_stand_after_one_another(report):
    rows = list(csv.reader(StringIO(written(report).decode("utf-8-sig"), newline="")))
    assert rows == [
        ["2026年度民主测评"],
        ["组织单位", "县委组织部"],
        ["'+测评时间", "2026年12月18日"],
        [],
        ["个人汇总表"],
        ["姓名", "有效票数", "优秀率(%)", "称职率(%)", "得分"],
        ["干部䶮", "139", "81.80", "100.0", "96.300"],
        ["干部㛃", "7", "样本过小,不予显示", "", "样本过小,不予显示"],
        ["'=1+1", "0", "0.00", "5.0", "-0.125"],
        ["优秀率 = 优秀票 ÷ 作答票。"],
        ["四舍五入,保留两位小数。"],
        [],
        ["意见:甲/乙"],
        ["意见"],
        ["'@SUM(A1)"],
        ["多到基层\n走一走"],
        ["'-由监票人审核"],
        [],
    ]
