"""RTF to a document: what was read, composed to elements, with its objects and properties."""

from connectors.composition import Composer
from connectors.contract import Document
from connectors.embedded import embedded_members
from connectors.rtf.actions import ACTIONS
from connectors.rtf.objects import native_data
from connectors.rtf.reader import Reader
from connectors.rtf.state import join_surrogates
from connectors.rtf.words import INFORMATION, PROPERTY_DATES
from connectors.word.doc_flow import compose
from schemas.elements import ElementKind, Flag, Property
from schemas.outcome import Failed


def read_rtf(content: bytes, reader_name: str = "gotgan rtf 1") -> Document:
    """Read an RTF document.

    Args:
        content: its bytes, from the brace that opens it.
        reader_name: what the result is said to come from.

    Raises:
        Failed: `no_text`, `corrupt` if groups are too deep, `too_many_elements`.
    """
    reader = Reader(ACTIONS)
    reader.read(content)
    is_cut = reader.finish()
    composer = Composer()
    for text in reader.running[ElementKind.HEADER]:
        composer.add_element(ElementKind.HEADER, text)
    compose(composer, reader.body.flow)
    for text in reader.running[ElementKind.FOOTER]:
        composer.add_element(ElementKind.FOOTER, text)
    members, is_left_out = embedded_members(
        (path, native_data(data) if path.startswith("objects/") else data) for path, data in reader.gathering.parts
    )
    if not composer.has_text() and not members:
        raise Failed("corrupt", "RTF: ends before its text") if is_cut else Failed("no_text")
    flags = [*reader.flags]
    if is_left_out:
        flags.append(Flag.PICTURES_NOT_READ)
    if is_cut:
        flags.append(Flag.LOW_COVERAGE)
    said = {name: join_surrogates("".join(texts)).strip().rstrip(";") for name, texts in reader.information.items()}
    return Document(
        reader=reader_name,
        elements=composer.elements,
        members=members,
        title=said.get("title") or composer.opening_title(),
        flags=flags,
        properties=_properties(reader, said),
    )


def _properties(reader: Reader, said: dict[str, str]) -> list[Property]:
    found = [
        Property(name=INFORMATION[name], value=value) for name, value in said.items() if value and INFORMATION.get(name)
    ]
    for word, name in PROPERTY_DATES.items():
        date = reader.dates.get(word, {})
        if date.get("yr"):
            day = f"{date['yr']:04}-{date.get('mo', 1):02}-{date.get('dy', 1):02}"
            found.append(Property(name=name, value=f"{day}T{date.get('hr', 0):02}:{date.get('min', 0):02}:00"))
    if reader.pages:
        found.append(Property(name="pages", value=str(reader.pages)))
    return found
