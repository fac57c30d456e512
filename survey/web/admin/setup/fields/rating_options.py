"""The grades of a scale as the options of a question: a rating beside those of the forms."""

from survey.domain.definition.form import QuestionKind

from .options import rows_of, scale_name
from .parts import Holder, Options, written


def rating_scales(document: Holder) -> Options:
    """Offer the scales whose grades can be the options of a question."""
    return [
        (written(scale.get("key")), scale_name(scale))
        for scale in rows_of(document, "scales")
        if len(rows_of(scale, "grades")) > 1
    ]


def set_rating_options(document: Holder, path: str, key: str) -> None:
    """Make a question (``questions.0``) one choice among the grades of a scale; what it asked before goes."""
    questions = rows_of(document, "questions")
    place = path.removeprefix("questions.")
    scale = next((one for one in rows_of(document, "scales") if written(one.get("key")) == key), None)
    if scale is None or not place.isdecimal() or len(place) > 6 or int(place) >= len(questions):
        return
    question = questions[int(place)]
    question["kind"] = QuestionKind.CHOICE.value
    question["options"] = [
        {name: grade[name] for name in ("key", "label") if name in grade}
        for grade in rows_of(scale, "grades")
    ]
    question.pop("at_most", None)
