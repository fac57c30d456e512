import pytest

from survey.documents.fonts import FONT_PATH, check_coverage, text_width
from survey.domain.errors import MissingGlyphs


def test_font_lies_beside_its_licence():
    assert FONT_PATH.is_file()
    assert (FONT_PATH.parent / "OFL.txt").is_file()


def test_rare_names_and_white_space_pass():
    check_coverage(["䶮 𬭩 㛃", "多行\r\n\t文字\u3000\u2003", ""])


def test_every_missing_character_is_named_once():
    with pytest.raises(MissingGlyphs) as caught:
        check_coverage(["好😀", "\U0010fffd好😀"])
    assert caught.value.characters == "😀\U0010fffd"
    assert "U+1F600" in str(caught.value)


def test_width_is_in_em():
    assert text_width("民主测评") == pytest.approx(4.0)
    assert 0.5 < text_width("0") < 0.6
