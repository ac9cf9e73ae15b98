"""The gate between a document's readers and its text: what a reader brings out is measured before it is believed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from connectors.composition import Composer
from connectors.contract import Document, MemberFile
from connectors.expectation import Expected, measure
from connectors.tools import NeedsTool
from schemas.elements import Completeness, Flag, Property
from schemas.outcome import Failed

TAKEN_AT_ONCE = 0.995
"""Share from which the first reader is believed without asking another."""

SUFFICIENT = 0.98
"""Share below which a document is flagged."""

# What a reader says of itself and not of the file: the next one may fare better.
_INDECISIVE = frozenset({"corrupt", "reader_failed", "no_text"})
# Rust readers panic with an exception that is no `Exception`.
_RUST_MODULE = "pyo3_runtime"


@dataclass
class Attempt:
    """One reader's result: its elements, and the errors for which the result is not to be trusted alone."""

    reader: str
    composer: Composer
    errors: list[str] = field(default_factory=list)
    completeness: Completeness | None = None


def choose(readers: Sequence[Callable[[], Attempt]], expected: Expected | None) -> Attempt:
    """The first reader's result if it is clean and complete, else the most complete of all, the earlier one if equal.

    A result with errors counts only if another reader got through the same file. Without a walk there is nothing to
    compare with, and the first reader that got through is taken. Where the walk finds no text, only the first reader is
    asked: the others have nothing to add but notices and the names of drawings.

    Args:
        readers: readers in order of trust, each called at most once.
        expected: what an independent walk found, None if the walk failed.

    Returns:
        The result; without text if there is none to find, as in a document of pictures.

    Raises:
        Failed: `corrupt` if no reader got through without an error, `reader_failed` if there is text that none found;
            any limit that a reader met with.
    """
    if expected is not None and not expected.has_text():
        readers = readers[:1]
    attempts: list[Attempt] = []
    for read in readers:
        attempt = _attempt(read)
        if expected is not None:
            attempt.completeness = measure(expected, attempt.composer.elements)
        attempts.append(attempt)
        is_first = len(attempts) == 1
        if not attempt.errors and _is_believed(attempt, expected, is_first=is_first):
            return attempt
    if all(attempt.errors for attempt in attempts):
        raise Failed("corrupt", "; ".join(error for attempt in attempts for error in attempt.errors)[:300])
    with_text = [attempt for attempt in attempts if attempt.composer.has_text()]
    if not with_text:
        if expected is not None and expected.has_text():
            raise Failed("reader_failed", "text in the body that no reader found")
        return next(attempt for attempt in attempts if not attempt.errors)
    if expected is None:
        # none that is clean has text, or it would have been taken: the file is not as empty as these say
        raise Failed("corrupt", "; ".join(error for attempt in attempts for error in attempt.errors)[:300])
    return max(with_text, key=_share)


def to_document(
    attempt: Attempt,
    *,
    members: Iterable[MemberFile] = (),
    are_pictures_left_out: bool = False,
    properties: Iterable[Property] = (),
    flags: Iterable[Flag] = (),
    title: str | None = None,
) -> Document:
    """A document with its completeness, flagged if that is low.

    Args:
        attempt: the result that was chosen.
        members: pictures and objects embedded in it.
        are_pictures_left_out: whether there are pictures that could hold text, and nothing to read them with.
        properties: what it says of itself.
        flags: what holds for the whole document.
        title: its title; taken from the opening if None, because the summaries of Hancom documents keep the titles of
            old templates.

    Raises:
        Failed: `no_text`, or `ocr_unavailable` if pictures that were left out are all that there is.
    """
    members = list(members)
    if not members and not attempt.composer.has_text():
        # A document may be nothing but the pages that somebody scanned into it.
        raise Failed("ocr_unavailable" if are_pictures_left_out else "no_text")
    is_low = attempt.completeness is not None and _share(attempt) < SUFFICIENT
    said = [*flags]
    said += [Flag.PICTURES_NOT_READ] if are_pictures_left_out else []
    said += [Flag.LOW_COVERAGE] if is_low else []
    return Document(
        reader=attempt.reader,
        elements=attempt.composer.elements,
        members=members,
        title=title or attempt.composer.opening_title(),
        coverage=None if attempt.completeness is None else _share(attempt),
        completeness=attempt.completeness,
        flags=list(dict.fromkeys(said)),
        properties=list(properties),
    )


def _is_believed(attempt: Attempt, expected: Expected | None, *, is_first: bool) -> bool:
    if expected is None:
        return attempt.composer.has_text()
    is_whole = attempt.composer.has_text() or not expected.has_text()
    return is_first and is_whole and _share(attempt) >= TAKEN_AT_ONCE


def _share(attempt: Attempt) -> float:
    return attempt.completeness.share if attempt.completeness else 0.0


def _attempt(read: Callable[[], Attempt]) -> Attempt:
    try:
        return read()
    except NeedsTool:
        raise
    except Failed as failed:
        if failed.reason not in _INDECISIVE:
            raise
        return Attempt("", Composer(), [str(failed)])
    except MemoryError:
        raise
    except BaseException as error:
        # One reader's failure decides nothing: what the other ones make of the file stands beside it.
        if not isinstance(error, Exception) and type(error).__module__ != _RUST_MODULE:
            raise
        return Attempt("", Composer(), [f"{type(error).__name__}: {error}"])
