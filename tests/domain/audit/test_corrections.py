"""What can be corrected of a frozen definition, and that no ballot notices."""

from dataclasses import replace

import pytest

from survey.domain.audit import corrections
from survey.domain.audit.corrections import WordingChange, corrected, texts_of
from survey.domain.ballot.ballot import BallotForm
from survey.domain.ballot.packing import Packing
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadCorrection
from survey.web.voter.padding import fixed_size
from tests.builders import EXAMPLES, a_definition, example

CHANGE = WordingChange("ratees.c1.name", "干部c1", "王芳")


def test_names_posts_units_titles_and_instructions_can_be_corrected_and_nothing_else() -> None:
    assert list(texts_of(a_definition(ratees=["c1"]))) == [
        "campaign.title",
        "campaign.organiser",
        "campaign.rated_unit",
        "campaign.instructions",
        "sections.form.title",
        "ratees.c1.name",
        "ratees.c1.post",
        "ratees.c1.unit",
    ]


def test_a_path_tells_its_table_its_row_and_its_text() -> None:
    assert (CHANGE.table, CHANGE.row, CHANGE.key) == ("ratees", "c1", "name")
    title = WordingChange("campaign.title", "", "")
    assert (title.table, title.row, title.key) == ("campaign", "", "title")


def test_a_corrected_document_differs_in_that_text_alone() -> None:
    before = a_definition()
    after = corrected(before, [CHANGE])
    assert corrections.changes_between(before, after) == (CHANGE,)
    assert corrected(after, [WordingChange(CHANGE.path, "王芳", "干部c1")]) == before
    assert before == a_definition()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (WordingChange("ratees.c1.key", "c1", "c9"), "unknown"),
        (WordingChange("ratees.c9.name", "", "王芳"), "unknown"),
        (WordingChange("groups.A.label", "A票", "B票"), "unknown"),
        (WordingChange("scales.cadre.grades", "", ""), "unknown"),
        (WordingChange("ratees.c1.name", "别的", "王芳"), "stale"),
    ],
)
def test_anything_else_is_refused(change: WordingChange, why: str) -> None:
    with pytest.raises(BadCorrection) as refused:
        corrected(a_definition(), [change])
    assert (refused.value.why, refused.value.path) == (why, change.path)


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_no_ballot_is_longer_or_packed_otherwise(name: str) -> None:
    """Every text made longer: fields, sizes and layout are those of before."""
    before = example(name)
    changes = [WordingChange(path, text, f"{text}（更正）") for path, text in texts_of(before).items()]
    one, other = read_definition(before), read_definition(corrected(before, changes))
    packed, again = Packing(one), Packing(other)
    assert packed.size == again.size
    for group in one.groups:
        old, new = BallotForm(one, group.key), BallotForm(other, group.key)
        assert [line.name for line in old.lines] == [line.name for line in new.lines]
        assert (old.texts, list(old.questions)) == (new.texts, list(new.questions))
        assert fixed_size(old) == fixed_size(new)
        ballot = new.check({})
        whole = replace(ballot, receipt="0000-0000-0000")
        assert packed.pack(whole) == again.pack(whole)


def test_a_definition_is_shown_under_its_digest_and_its_wording() -> None:
    one = read_definition(a_definition())
    assert one.shown == (one.digest, "")
    assert replace(one, wording="sha256:1").shown != one.shown
