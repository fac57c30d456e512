"""Looking for typed words in what stands in a list."""

import unicodedata


def matches(sought: str, *words: str) -> bool:
    """Return whether each word that was typed stands in one of these, whatever its case and width."""
    text = folded("\n".join(words))
    return all(word in text for word in folded(sought).split())


def folded(text: str) -> str:
    """Write a text as it is compared: without case, letters and digits in one width."""
    return unicodedata.normalize("NFKC", text).casefold()
