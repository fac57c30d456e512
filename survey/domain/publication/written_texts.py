"""What voters wrote and moderators released, arranged for readers."""

from collections.abc import Iterable

from survey.domain.count.kept_texts import LeftOut
from survey.domain.definition.campaign import Definition
from survey.domain.results.table import Column, Table

from .moderation import Text, subjects

TEXTS_NOTES = (
    "以上文字由审阅人逐条放行，有的经过改写；没有放行的不列出。",
    "排列次序是随机的，与投票先后无关；文字不注明票种。",
)


Texts = tuple[tuple[str, tuple[str, ...]], ...]
"""Released texts under the names of what they are about."""


_KINDS = {"comment": "意见", "question": "回答", "reason": "理由", "name": "另荐人选"}


def not_kept(definition: Definition, left_out: LeftOut) -> tuple[str, ...]:
    """Describe of which forms and questions texts were not kept, and how many as far as that may be told."""
    if not left_out.fields:
        return ()
    named = subjects(definition)
    places = "、".join(f"“{named[of]}”的{_KINDS[kind]}" for kind, of in left_out.fields)
    if not left_out.untold:
        number = f"共 {left_out.number} 条。"
    elif left_out.number:
        number = f"能列出的有 {left_out.number} 条；此外还有没有、有几条，会显示少数人的选择，所以不列。"
    else:
        number = "有没有、有几条，会显示少数人的选择，所以不列。"
    return (f"为不暴露个人，以下文字不保留：{places}。{number}",)


def by_subject(definition: Definition, texts: Iterable[Text]) -> Texts:
    """Return the released texts under the names of their subjects, in the order of the ballot.

    Within a subject the order is that of ``texts``. What is not about anything in ``definition``, or may
    not be read, is left out.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        if text.shown is not None:
            found.setdefault(text.subject, []).append(text.shown)
    named = subjects(definition).items()
    return tuple((name, tuple(found[key])) for key, name in named if key in found)


def subjects_of_person(definition: Definition, ratee: str) -> frozenset[str]:
    """Return what texts about one ratee, and nobody else, are about.

    Those on a form are among them where the ratee is the only one on it.
    """
    section = definition.section[definition.ratee[ratee].section]
    alone = len(definition.ratees_of(section)) == 1
    return frozenset({f"ratee:{ratee}", *((f"section:{section.key}",) if alone else ())})


def comment_tables(definition: Definition, texts: Iterable[Text]) -> list[Table]:
    """Lay released texts out as tables, one for each subject."""
    return text_tables(by_subject(definition, texts))


def text_tables(texts: Texts) -> list[Table]:
    """Lay texts that are arranged by subject out as tables."""
    return [
        Table(
            f"文字意见 · {name}",
            (Column("序号", "count"), Column("内容")),
            [(number, text) for number, text in enumerate(written, 1)],
            TEXTS_NOTES,
        )
        for name, written in texts
    ]
