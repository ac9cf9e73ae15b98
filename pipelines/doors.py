"""Open the doors with the real parts bound: a session for search and cite."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.ports import Parts
from pipelines.settings import Settings
from warehouse.doors.session import IndexIdentity, Session
from warehouse.publication import Current


@contextmanager
def open_parts(settings: Settings, grammars: tuple[str, ...] = ()) -> Iterator[Parts]:
    """The expensive parts, closed at the end; with further grammars of exports beside those of the settings."""
    with contextlib.closing(Parts(settings, grammars=grammars)) as parts:
        yield parts


def _identity(parts: Parts, current: Current) -> IndexIdentity:
    """What questions to a publication go through: its own model, and the analyser of this version of the program."""
    model = parts.model_of(current.index)
    return IndexIdentity(model.fingerprint, parts.analyser.fingerprint, model.dimension)


@contextmanager
def open_session(settings: Settings, parts: Parts | None = None) -> Iterator[Session]:
    """A session on the current publication."""
    with contextlib.ExitStack() as stack:
        bound = parts or stack.enter_context(open_parts(settings))
        yield Session(
            settings.home,
            settings.place,
            lambda current: bound.model_of(current.index).load(),
            lambda text: bound.analyser.analyse_query(text),
            lambda current: _identity(bound, current),
        )
