"""The language of Word templates: placeholders and loops over given lists, and nothing that runs or grows."""

from typing import Any

import pytest
from jinja2 import TemplateSyntaxError, UndefinedError

from survey.documents.word import policy
from survey.documents.word.policy import NotAllowed, Policy, TooMuch, plain

FACTS = {
    "标题": "测评",
    "空": "",
    "表": [{"名称": "甲", "行": [{"分": "1"}, {"分": "2"}]}, {"名称": "<乙>", "行": []}],
}


def rendered(source: str, **facts: Any) -> str:
    return Policy().from_string(source).render(FACTS | facts)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 标题 }}表", "测评表"),
        ("{% if 标题 %}有{% else %}无{% endif %}", "有"),
        ("{% if not 空 %}无{% endif %}", "无"),
        ("{% if 标题 == '测评' and 空 != 'x' %}是{% endif %}", "是"),
        (
            "{% for 一 in 表 %}{{ loop.index }}{{ 一.名称 }}{% if not loop.last %}、{% endif %}{% endfor %}",
            "1甲、2&lt;乙&gt;",
        ),
        ("{% for 一 in 表 %}{% for 行 in 一.行 %}{{ 行.分 }}{% endfor %};{% endfor %}", "12;;"),
    ],
)
def test_what_a_document_needs(source: str, said: str) -> None:
    assert rendered(source) == said


@pytest.mark.parametrize(
    "source",
    [
        "{{ 1 + 1 }}",
        "{{ 标题 * 9 }}",
        "{{ 标题 ~ 标题 }}",
        "{{ 标题() }}",
        "{{ 标题|upper }}",
        "{{ 表[0] }}",
        "{{ [1, 2] }}",
        "{{ 标题 if 标题 }}",
        "{{ 标题 is defined }}",
        "{{ 标题.__class__ }}",
        "{{ 标题._x }}",
        "{{ self }}",
        "{{ loop }}",
        "{{ loop.previtem }}",
        "{% set x = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% block x %}{% endblock %}",
        "{% if 标题 < 'x' %}{% endif %}",
        "{% for x in 表 recursive %}{% endfor %}",
        "{% for x in 表 if x %}{% endfor %}",
        "{% for x in 表 %}{% else %}x{% endfor %}",
        "{% for x, y in 表 %}{% endfor %}",
        "{% for x in 'abc' %}{% endfor %}",
        "{% for loop in 表 %}{% endfor %}",
    ],
)
def test_what_is_not_on_the_list_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises((NotAllowed, TemplateSyntaxError)):
        Policy().from_string(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in 表 %}{% for b in 表 %}{% endfor %}{% endfor %}",
        "{% for a in 表 %}{% for b in a %}{% endfor %}{% endfor %}",
        "{% for a in 表 %}{% for a in a.行 %}{% endfor %}{% endfor %}",
        "{% for a in 表 %}{% for b in a.x %}{% for c in a.x %}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_loops_do_not_multiply(source: str) -> None:
    with pytest.raises(NotAllowed, match="for in for"):
        Policy().from_string(source)


def nested(depth: int) -> str:
    begins = "".join(f"{{% for x{at} in {f'x{at - 1}.行' if at else '表'} %}}" for at in range(depth))
    return begins + "{% endfor %}" * depth


def test_loops_go_only_so_deep() -> None:
    Policy().from_string(nested(policy.MAX_NESTED))
    with pytest.raises(NotAllowed):
        Policy().from_string(nested(policy.MAX_NESTED + 1))


def test_a_text_has_no_methods_and_what_is_not_given_is_no_silence() -> None:
    for source in ("{{ 标题.upper }}", "{{ 没有 }}", "{% for x in 表 %}{{ x.keys }}{% endfor %}"):
        with pytest.raises(UndefinedError):
            rendered(source)


def test_output_and_time_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_OUTPUT", 10)
    assert rendered("{{ 长 }}", 长="x" * 10) == "x" * 10
    with pytest.raises(TooMuch):
        rendered("{{ 长 }}", 长="x" * 11)
    monkeypatch.setattr(policy, "MAX_RENDERING", -1.0)
    with pytest.raises(TooMuch):
        rendered("{{ 标题 }}")


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [
        ("x", True),
        (True, True),
        ([], True),
        (FACTS, True),
        (("x", ["y"]), True),
        (3, False),
        (None, False),
        ({3: "x"}, False),
        ({"x": len}, False),
        ([object()], False),
        ({"x": {"a", "b"}}, False),
    ],
)
def test_what_is_data_only(value: Any, is_plain: bool) -> None:
    assert plain(value) is is_plain
