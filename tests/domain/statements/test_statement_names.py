"""Whose report a file is, by its name; and who somebody is in the next version of a draft."""

import pytest

from survey.domain.statements.statement_names import NamedRatee, followed, owners

RATEES = [
    NamedRatee("p1", "张三", "局长", "教育局"),
    NamedRatee("p2", "张三丰", "书记", "卫生局"),
    NamedRatee("p3", "李四", "局长", "财政局"),
    NamedRatee("p4", "李四", "副局长", "财政局"),
    NamedRatee("p5", "阿依古丽·买买提", "主任"),
    NamedRatee("p6", "领导班子"),
    NamedRatee("p7", "王 五", "科长", "甲局"),
    NamedRatee("p8", "王五", "科长", "乙局"),
    NamedRatee("p9", ""),
    NamedRatee("p10", "王芳", "科长", "教育局"),
    NamedRatee("p11", "王芳", "主任", "卫生局"),
]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("01-张三.pdf", "p1"),
        ("张三述职报告.docx", "p1"),
        ("张三丰述职报告.docx", "p2"),
        ("述职报告（教育局局长 张 三）.PDF", "p1"),
        ("张三、张三丰.pdf", "p1 p2"),
        ("李四.pdf", "p3 p4"),
        ("财政局副局长李四.pdf", "p4"),
        ("阿依古丽•买买提.pdf", "p5"),
        ("镇领导班子述职.docx", "p6"),
        ("乙局王五.docx", "p8"),
        ("王五(甲局科长).docx", "p7"),
        ("王五科长.docx", "p7 p8"),
        ("教育局王芳主任.docx", "p10 p11"),
        ("述职报告.docx", ""),
        (".pdf", ""),
    ],
)
def test_whose_a_file_is(name: str, keys: str) -> None:
    assert sorted(owners(name, RATEES)) == keys.split()


def test_the_longer_post_tells_two_of_one_name_apart() -> None:
    assert owners("财政局局长李四.pdf", RATEES) == ("p3",)


def now(**names: str) -> list[NamedRatee]:
    return [NamedRatee(key, name) for key, name in names.items()]


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (now(a="张三", b="李四"), {"a": "a", "b": "b"}),
        (now(b="李四", a="张 三"), {"a": "a", "b": "b"}),
        (now(a="李四", b="张三"), {"a": "b", "b": "a"}),
        (now(x="张三", b="李四"), {"a": "x", "b": "b"}),
        (now(a="王五", b="李四"), {"b": "b"}),
        (now(x="张三", y="张三", b="李四"), {"b": "b"}),
        (now(), {}),
    ],
)
def test_a_file_follows_its_person_and_never_a_key_alone(
    after: list[NamedRatee], kept: dict[str, str]
) -> None:
    assert followed({"a": "张三", "b": "李四"}, after) == kept


def test_nobody_gets_the_place_of_somebody_who_has_a_file() -> None:
    assert followed({"a": "张三", "b": "张三"}, now(a="张三", c="李四")) == {"a": "a"}
