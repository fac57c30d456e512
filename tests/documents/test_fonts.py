import pytest
from fontTools.ttLib import TTFont

from survey.documents.fonts import FONTS, Face, check_coverage, cut_down, missing_glyphs, runs, text_width
from survey.domain.errors import MissingGlyphs

LICENCES = {Face.SANS: "OFL.txt", Face.SONG: "OFL-NotoSerifSC.txt", Face.SONG_BOLD: "OFL-NotoSerifSC.txt"}
LACKING = "𰻝"
"""Of a family name's letters, one that the Sans has and the Song face has not."""


@pytest.mark.parametrize("face", Face)
def test_a_font_lies_beside_its_licence(face):
    assert FONTS[face].is_file()
    licence = (FONTS[face].parent / LICENCES[face]).read_text("utf-8")
    assert licence.startswith("Copyright")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def letters_of(face):
    with TTFont(FONTS[face], lazy=True) as font:
        return set(font.getBestCmap())


@pytest.mark.parametrize("face", [Face.SONG, Face.SONG_BOLD])
def test_no_face_writes_what_the_sans_cannot(face):
    """So what the Sans lacks is what every document lacks, and warnings need ask no more."""
    own, last = letters_of(face), letters_of(Face.SANS)
    assert own <= last
    assert len(last - own) < 20


def test_what_the_song_face_lacks_is_written_in_the_sans():
    assert missing_glyphs([LACKING]) == ""
    assert runs(f"张{LACKING}三", Face.SONG) == [
        (Face.SONG, "张"),
        (Face.SANS, LACKING),
        (Face.SONG, "三"),
    ]
    assert runs("张三", Face.SONG_BOLD) == [(Face.SONG_BOLD, "张三")]
    assert runs("😀", Face.SONG) == [(Face.SONG, "😀")]


def test_fonts_cut_down_write_what_they_were_cut_to():
    with cut_down(["民主测评"]) as fonts:
        for face in (Face.SONG, Face.SONG_BOLD):
            with TTFont(fonts[face]) as font:
                assert set(map(ord, "民主测评")) <= set(font.getBestCmap())
            assert fonts[face].stat().st_size < 20_000


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
    assert text_width("0", Face.SONG) < text_width("0", Face.SONG_BOLD)
    assert text_width(LACKING, Face.SONG) == 1.0
