"""How lights stand on pages: a word, one letter, and a class whose style has the colour and the shape."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from survey.domain.assessment.definition import LIGHT_WORDS, AssessmentDefinition, Light

_CLASSES = {Light.GREEN: "g", Light.YELLOW: "y", Light.RED: "r", Light.GREY: "n"}
_BLUE = "蓝"
_PLAIN_LETTERS = "ABCD"


@dataclass(frozen=True)
class LightSign:
    """A light's word, its letter, and the name of its style."""

    word: str
    letter: str
    style: str


def light_signs(definition: AssessmentDefinition) -> Mapping[Light, LightSign]:
    """Return the sign of each light, in the office's own words where it has some.

    The letter is the word's first one; where two words begin alike, all lights have plain letters.
    """
    own = definition.lights.labels
    words = {light: own.get(light) or str(gettext(LIGHT_WORDS[light])) for light in Light}
    letters = [word[0].upper() for word in words.values()]
    if len(set(letters)) < len(letters):
        letters = list(_PLAIN_LETTERS)
    return {
        light: LightSign(word, letter, "b" if word.startswith(_BLUE) else _CLASSES[light])
        for (light, word), letter in zip(words.items(), letters, strict=True)
    }
