import re

import pytest

from survey.documents.export import files
from survey.documents.export.files import POSTER, STATEMENT, FileName, NamedFile, file_names

PARTS: dict[str, object] = {
    "title": "2026年度测评",
    "campaign_code": "small",
    "assessment_code": "qy-2026",
    "key": "t3",
    "period": "2026-05",
    "number": 3,
    "other_title": "去年的测评",
    "other": "last",
    "about": "陈伟(纪检组长) 个人汇总表",
    "ratee": "c1",
    "name": "陈伟",
    "kind": "xlsx",
    "paper": "bulletin",
    "each": "PDF",
}
NAMES = {name: one for name, one in vars(files).items() if isinstance(one, NamedFile)}


@pytest.mark.parametrize("file", NAMES.values(), ids=NAMES)
def test_every_file_has_a_chinese_name_a_plain_one_and_a_media_type(file: NamedFile) -> None:
    name = file.named(**PARTS)
    assert re.search("[\u4e00-\u9fff]", name.shown)
    assert re.fullmatch(r"[a-z0-9.-]+", name.plain)
    if file is not files.FORMS_EACH:
        assert name.shown.rpartition(".")[2] == name.plain.rpartition(".")[2]
    if not file.plain.endswith("{kind}"):
        assert file.media


def test_no_two_files_have_the_same_name() -> None:
    # One format's form of a person and its own results are of different pages.
    assert len({file.named(**PARTS).shown for file in NAMES.values()}) == len(NAMES)


def test_a_file_is_named_after_its_campaign_and_what_it_is() -> None:
    found = files.CERTIFICATE.named(title="2026年度测评", campaign_code="small")
    assert found == FileName("2026年度测评 计票确认书.pdf", "small-certificate.pdf")


def test_a_campaign_without_title_is_named_by_its_code() -> None:
    assert POSTER.named(title="", campaign_code="small").shown == "small 海报.pdf"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("甲/乙:丙?", "甲_乙_丙_ 海报.pdf"),
        (" 测评\n活动. ", "测评 活动 海报.pdf"),
        ("看\u202efdp.exe", "看fdp.exe 海报.pdf"),
        ("...", "_ 海报.pdf"),
        ("{title}", "{title} 海报.pdf"),
    ],
)
def test_what_no_file_system_takes_is_left_out(title: str, shown: str) -> None:
    assert POSTER.named(title=title, campaign_code="small").shown == shown


def test_a_long_title_is_cut_and_what_the_file_is_stays() -> None:
    shown = files.ONE_FORM.named(
        title="测" * 90, about="长" * 90, campaign_code="s", ratee="c", kind="docx"
    ).shown
    assert len(shown.encode()) <= 255
    assert shown.endswith(".docx")
    assert shown.startswith("测" * 40 + " 长")


def test_file_names_are_allowed_on_windows_and_unique() -> None:
    names = file_names(
        ["A/B:C", "a/b:c", "con", "nul.txt", "", " . ", "长" * 90, "长" * 91, "尾. ", "x\x00y"]
    )
    assert names[:4] == ["A_B_C", "a_b_c (2)", "_con", "_nul.txt"]
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert name
        assert not set(name) & set('<>:"/\\|?*')
        assert name == name.strip(" .")
        assert len(name.encode()) <= 200


@pytest.mark.parametrize("key", ["张三", 'x"; filename="evil.exe', "a\r\nX-Evil: 1", "../x", "%0d"])
def test_the_plain_name_is_plain_whatever_a_draft_has_for_a_key(key: str) -> None:
    name = STATEMENT.named(title="测评", name="甲\r\n乙", campaign_code="small", ratee=key)
    assert re.fullmatch(r"small-[\w.-]+\.pdf", name.plain, re.ASCII)
    assert re.fullmatch(
        r"attachment; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w.%~-]+",
        name.disposition("attachment"),
        re.ASCII,
    )
