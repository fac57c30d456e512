"""From what a paper ballot says to a ballot that is cast: rules for what a phone would have refused."""

from collections.abc import Mapping

from survey.domain.ballot.ballot import BallotForm, Posted, is_acceptable
from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Question
from survey.domain.definition.rules import BlankRule, OverQuota, PaperRules

from .fate import Settled
from .reasons import reason_field, reason_frames

_Ticks = Mapping[str, tuple[str, ...]]


def posted_of(ballot_form: BallotForm, settled: Settled, rules: PaperRules) -> Posted | None:
    """Return the fields of the ballot that a sheet is, ``None`` where it is spoiled.

    In this order: several marks on a line for one leave it blank; a written name that cannot count is left
    out (``BallotForm.unfit_names``); a grade given more often than its quota allows, judged on what was
    ticked and written, leaves all lines with it blank, and the names (or spoils the sheet); so does a grade
    without the reason that it asks for, where one reason serves all lines of a ratee. A question with too
    many options, or with one that excludes the others beside them, is blank. A required question without an
    answer spoils the sheet, and where every line must be filled in, so does a blank one, left or made. What
    is returned passes ``BallotForm.check``. Raises ``ValueError`` for a refused sheet, which is no ballot.
    """
    if settled.refusal is not None:
        raise ValueError("a refused sheet is no ballot")
    if settled.spoiled:
        return None
    ticked = {line.name: _only(settled.values.get(line.name, ())) for line in ballot_form.lines}
    texts = _texts(ballot_form, settled.texts)
    over = _over_quota(ballot_form, ticked, texts)
    if over and rules.over_quota is OverQuota.SPOIL:
        return None
    texts = {name: text for name, text in texts.items() if name not in over}
    texts |= _reasons(ballot_form, ticked, texts)
    posted = {
        line.name: list(ticked[line.name])
        for line in ballot_form.lines
        if ticked[line.name] and line.name not in over and not _lacks_reason(line, ticked, texts)
    }
    graded = (line.name for line in ballot_form.lines if not line.is_ticked)
    if ballot_form.definition.rules.blank is BlankRule.REQUIRE and any(name not in posted for name in graded):
        return None
    for name, question in ballot_form.questions.items():
        chosen = _chosen(question, settled.values.get(name, ()))
        if chosen:
            posted[name] = list(chosen)
    posted |= {name: [text] for name, text in texts.items()}
    required = {name for name, question in ballot_form.questions.items() if question.required}
    return posted if required <= posted.keys() else None


def _only(values: tuple[str, ...]) -> tuple[str, ...]:
    return values if len(values) == 1 else ()


def _over_quota(form: BallotForm, ticked: _Ticks, texts: Mapping[str, str]) -> set[str]:
    """Return the lines, and written names, with a grade that was given more often than its quota allows."""
    found: set[str] = set()
    for quota, allowed, _position, places in form.quotas:
        names = [form.lines[place].name for place in places]
        given = {name for name in names if ticked[name] == (quota.grade,)}
        given.update(form.written_in(quota, texts))
        if len(given) > allowed:
            found |= given
    return found


def _texts(form: BallotForm, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed in as a ballot may hold it; nothing else of it is kept."""
    kept = {name: form.as_kept(name, text) for name, text in typed.items() if name in form.texts}
    texts = {name: text for name, text in kept.items() if text and is_acceptable(text, form.texts[name])}
    unfit = form.unfit_names(texts)
    return {name: text for name, text in texts.items() if name not in unfit}


def _reasons(form: BallotForm, ticked: _Ticks, texts: Mapping[str, str]) -> dict[str, str]:
    """Give what is in a ratee's frame to the lines that ask for a reason and have none of their own."""
    frames = reason_frames(form)
    lacking = (line for line in form.reasoned if ticked[line.name] and _lacks_reason(line, ticked, texts))
    served = ((line, texts.get(frames[line.ratee.key])) for line in lacking)
    return {reason_field(line): text for line, text in served if text}


def _lacks_reason(line: Line, ticked: _Ticks, texts: Mapping[str, str]) -> bool:
    asking = (grade.key for grade in line.scale.grades if grade.reason_required)
    return ticked[line.name][0] in asking and reason_field(line) not in texts


def _chosen(question: Question, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the options that count; ``at_most`` of a question with one answer is 1."""
    places = [place for place, option in enumerate(question.options) if option.key in values]
    if len(places) > question.at_most or question.excluding(places):
        return ()
    return tuple(question.options[place].key for place in places)
