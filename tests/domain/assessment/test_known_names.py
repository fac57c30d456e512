"""Things named by key or by label."""

from survey.domain.assessment.definition import UnitClass
from survey.domain.assessment.known_names import listed, names_of


def test_keys_go_before_labels_and_shared_labels_name_nothing() -> None:
    things = [
        UnitClass(key="a", label="b"),
        UnitClass(key="b", label="乡 镇"),
        UnitClass(key="c", label="部门"),
        UnitClass(key="d", label="部门"),
    ]
    names = names_of(things)
    assert [names.key_of(said) for said in ("a", "b", "乡镇", "乡　镇", "部门", "d", "")] == [
        *("a", "b", "b", "b"),
        *(None, "d", None),
    ]


def test_at_most_ten_keys_are_named() -> None:
    assert listed([]) == ""
    assert listed(["a", "b"]) == " (there are a, b)"
    assert listed([str(one) for one in range(11)]) == " (there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …)"
