"""Which of two readings of one old document to keep: what LibreOffice made of it, or what stands in the file itself."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from connectors import office, tools
from connectors.contract import Document
from connectors.tools import NeedsTool, Tool
from schemas.elements import Element, Flag
from schemas.outcome import Failed

SUFFICIENT = 0.98
"""Share of the file's characters below which a conversion is not believed."""

_LIMITS = frozenset({"archive_bomb", "too_many_elements"})


def read_converted(
    content: bytes,
    extension: str,
    target: str,
    read_result: Callable[[bytes], Document],
    read_text: Callable[[bytes], Document],
) -> Document:
    """Read a document by way of LibreOffice, and by its own text where that is missing, fails or brings out less.

    Args:
        content: the document.
        extension: what it is, such as `doc`.
        target: what LibreOffice makes of it, such as `docx`.
        read_result: reads that.
        read_text: reads the file without LibreOffice.

    Raises:
        connectors.tools.NeedsTool: LibreOffice may not be started here.
        Failed: what the file's own reading says, if there is no conversion to put in its place.
    """
    own, failure = _attempt(lambda: read_text(content))
    if failure is not None and failure.reason not in ("corrupt", "no_text"):
        raise failure
    if not tools.is_available(Tool.OFFICE):
        return _as_text_only(own, failure)
    converted, _ = _attempt(lambda: read_result(office.convert(content, extension, target)))
    if converted is None:
        return _as_text_only(own, failure)
    converted = replace(
        converted,
        reader=f"LibreOffice, {converted.reader}",
        properties=own.properties if own is not None and own.properties else converted.properties,
    )
    if own is None:
        return converted
    share = share_of_characters(own.elements, converted.elements)
    if share < SUFFICIENT:
        return replace(_as_text_only(own, failure), members=converted.members)
    flags = [flag for flag in own.flags if flag not in converted.flags]
    return replace(converted, coverage=share, flags=[*converted.flags, *flags])


def _attempt(read: Callable[[], Document]) -> tuple[Document | None, Failed | None]:
    try:
        return read(), None
    except NeedsTool:
        raise
    except Failed as failure:
        if failure.reason in _LIMITS:
            raise
        return None, failure
    except MemoryError:
        raise
    except Exception as error:
        # Either reading may stumble over what the other gets through.
        return None, Failed("corrupt", f"{type(error).__name__}: {error}")


def _as_text_only(own: Document | None, failure: Failed | None) -> Document:
    if own is None:
        raise failure if failure is not None else Failed("corrupt")
    return replace(own, flags=list(dict.fromkeys([*own.flags, Flag.TEXT_ONLY])))


def share_of_characters(own: Iterable[Element], converted: Iterable[Element]) -> float:
    """How much of one reading's characters the other one has as well, white space aside; 1 if there are none."""
    expected, found = _characters(own), _characters(converted)
    total = expected.total()
    return (expected & found).total() / total if total else 1.0


def _characters(elements: Iterable[Element]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for element in elements:
        texts = [cell.text for cell in element.table.cells] if element.table else [element.text]
        for text in texts:
            counts.update("".join(text.split()))
    return counts
