"""Who may read a file, from the rights of its source and the modes of the folders and the file itself.

The connector works out the same from what it finds on the disk; here it is worked out from what the sample was told to
write, so that each can be held against the other.
"""

from collections.abc import Iterable, Sequence

from pipelines.sample.truth import SourceTruth
from schemas.access import Access, Principal, may_read

_READ, _ENTER = 0o4, 0o1


def access_of(source: SourceTruth, folder_modes: Sequence[int], file_mode: int) -> Access:
    """Who may read a file of a source.

    Args:
        source: the source; without permissions its own access is all that counts.
        folder_modes: modes of the folders from the source's root down to the file's.
        file_mode: the file's own mode.
    """
    if not source.has_permissions:
        return Access(allow=source.access)
    allow = set(source.access)
    doors: list[set[str]] = []
    if not file_mode & _READ:
        doors.append(allow)
        allow = _let_in(source, file_mode, _READ)
    denied = _kept_out(source, file_mode, _READ)
    for mode in folder_modes:
        denied |= _kept_out(source, mode, _ENTER)
        if not mode & _ENTER:
            doors.append(_let_in(source, mode, _ENTER))
    within = sorted({tuple(sorted(door)) for door in doors if door != allow})
    return Access(allow=tuple(sorted(allow)), deny=tuple(sorted(denied)), within=tuple(within))


def readers_of(access: Access, principals: Iterable[Principal]) -> tuple[str, ...]:
    """The names of those who may read, sorted."""
    return tuple(sorted(person.name for person in principals if may_read(access, person.tokens)))


def _let_in(source: SourceTruth, mode: int, bit: int) -> set[str]:
    """The tokens of owner and group, where the mode gives them the right."""
    tokens = ((source.owner, mode >> 6), (source.group, mode >> 3))
    return {token for token, bits in tokens if token is not None and bits & bit}


def _kept_out(source: SourceTruth, mode: int, bit: int) -> set[str]:
    """The tokens of owner and group, where the mode denies them what it gives to others."""
    owner, group, others = (bool(mode >> shift & bit) for shift in (6, 3, 0))
    found: set[str] = set()
    if source.group is not None and others and not group:
        found.add(source.group)
    if source.owner is not None and (group or others) and not owner:
        found.add(source.owner)
    return found
