"""What is refused of a campaign by text message: whom one does not ask so, and what no reply can say."""

from collections.abc import Iterator
from string import Formatter

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.rules import BlankRule, SmsRules
from survey.domain.errors import Fault, Flaw

MAX_SMS_LINES = 8
"""As many digits somebody types without losing the place."""
MAX_SMS_STEPS = 9
"""Each step of a scale is one digit; 0 is the abstention."""
MAX_EXTENSION = 12
SMS_WORDS = frozenset({"title", "ratee", "lines", "grades", "example"})
"""What a text may name in braces."""


def sms_faults(definition: Definition) -> Iterator[Fault]:
    """Find what cannot be asked by text message.

    One message asks about one ratee, by rules of its own; clients rate services and departments, never
    leaders; the reply holds a digit for each line and nothing else.
    """
    if definition.sms is None:
        yield Fault("sms", "is missing: entry = sms needs channel and sender", Flaw.SMS_RULES)
    else:
        yield from _rule_faults(definition.sms)
    if definition.paper is not None:
        yield Fault("paper", "belongs to entry = codes only: sheets are printed for codes", Flaw.SMS_PAPER)
    for at, ratee in enumerate(definition.ratees):
        if ratee.post:
            said = f'"{ratee.name}" has a post: by sms only services and departments are rated'
            yield Fault(f"ratees[{at}].post", said, Flaw.SMS_POST, {"name": ratee.name})
    yield from _form_faults(definition)
    if definition.quotas:
        said = "a client rates one ratee, so no quota over several can be kept"
        yield Fault("quotas", said, Flaw.SMS_QUOTAS)
    if definition.rules.blank is not BlankRule.ALLOW:
        said = 'must be "allow": a client answers all lines of one ratee, and none of the others'
        yield Fault("rules.blank", said, Flaw.SMS_BLANK)


def _form_faults(definition: Definition) -> Iterator[Fault]:
    for at, scale in enumerate(definition.scales):
        if len(scale.grades) > MAX_SMS_STEPS:
            said = f"a scale of {len(scale.grades)} steps has no digit for each; at most {MAX_SMS_STEPS}"
            yield Fault(f"scales[{at}].grades", said, Flaw.SMS_STEPS, {"limit": MAX_SMS_STEPS})
        for row, grade in enumerate(scale.grades):
            if grade.reason_required:
                said = "a reply holds digits and no reason"
                yield Fault(f"scales[{at}].grades[{row}].reason", said, Flaw.SMS_TEXTS)
    for at, section in enumerate(definition.sections):
        if len(section.criteria) > MAX_SMS_LINES:
            said = f"a form of {len(section.criteria)} lines is too long; at most {MAX_SMS_LINES}"
            yield Fault(f"sections[{at}].criteria", said, Flaw.SMS_LINES, {"limit": MAX_SMS_LINES})
        if section.comment:
            yield Fault(f"sections[{at}].comment", "a reply holds digits and no text", Flaw.SMS_TEXTS)
    for at, question in enumerate(definition.questions):
        if question.kind is QuestionKind.TEXT:
            yield Fault(f"questions[{at}].kind", "a reply holds digits and no text", Flaw.SMS_TEXTS)
        else:
            yield Fault(f"questions[{at}]", "by sms nothing but ratings is asked", Flaw.SMS_QUESTIONS)


def _rule_faults(sms: SmsRules) -> Iterator[Fault]:
    digits = sms.extension.isascii() and sms.extension.isdigit() and len(sms.extension) <= MAX_EXTENSION
    if sms.extension and not digits:
        said = f'"{sms.extension}" is no sub-number: at most {MAX_EXTENSION} digits'
        yield Fault("sms.extension", said, Flaw.SMS_EXTENSION, {"value": sms.extension})
    try:
        named = [
            (name, conversion) for _, name, _, conversion in Formatter().parse(sms.text) if name is not None
        ]
    except ValueError:
        named = [("{", None)]
    for name, conversion in named:
        if name not in SMS_WORDS or conversion:
            said = f'"{{{name}}}" is none of: {", ".join(sorted(SMS_WORDS))}'
            yield Fault("sms.text", said, Flaw.SMS_WORD, {"value": name})
