"""What a definition without fault may still lack: said before it is frozen, and refused by nobody."""

from .campaign import Definition
from .form import Section


def unused_sections(definition: Definition) -> tuple[Section, ...]:
    """List the forms that no ratee is rated by: nobody will ever see them."""
    used = {ratee.section for ratee in definition.ratees}
    return tuple(section for section in definition.sections if section.key not in used)


def loose_ends(definition: Definition) -> list[str]:
    """Describe in one line each, with its path, what may have been forgotten."""
    found = [] if definition.ratees else ["ratees: nothing is rated, only questions are asked"]
    places = {section.key: place for place, section in enumerate(definition.sections)}
    return found + [
        f'sections[{places[section.key]}]: no ratee uses the form "{section.key}" ({section.title}); '
        "nobody will see it"
        for section in unused_sections(definition)
    ]
