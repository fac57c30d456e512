from survey.documents.export.archive import file_names


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
