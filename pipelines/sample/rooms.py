"""Rooms as all their exports together show them, worked out from what the share holds: each message once, and who may read it."""

from collections.abc import Iterable, Mapping, Sequence

from pipelines.sample.truth import ConversationTruth, FileTruth, MessageTruth, RoomTruth, SaidTruth
from schemas.access import Principal, may_read
from schemas.outcome import Outcome
from schemas.scope import Scope

RECEIVED_FOLDER = "카카오톡 받은 파일"
"""Where KakaoTalk puts the files that it has received."""

Sighting = tuple[FileTruth, MessageTruth]


def text_readers(file: FileTruth, scopes: Iterable[Scope], principals: Iterable[Principal]) -> tuple[str, ...]:
    """Names of those who may read what a file says: of an export, those who may read its registered conversation too.

    Args:
        file: the file.
        scopes: what is registered.
        principals: the people.
    """
    kept = {talk.scope for talk in file.conversations if talk.scope is not None}
    doors = [scope.access for scope in scopes if scope.name in kept and scope.access]
    return tuple(
        sorted(
            person.name
            for person in principals
            if may_read(file.access, person.tokens) and all(not person.tokens.isdisjoint(door) for door in doors)
        )
    )


def rooms_over(
    files: Sequence[FileTruth], scopes: Sequence[Scope], principals: Sequence[Principal]
) -> tuple[RoomTruth, ...]:
    """The registered rooms that files show, in the order of their names.

    Args:
        files: what the platform holds.
        scopes: what is registered.
        principals: the people.
    """
    received = _received(files)
    readers = {file.path: text_readers(file, scopes, principals) for file in files if file.conversations}
    shown: dict[tuple[str, str, str], dict[int, list[Sighting]]] = {}
    for file, talk in _kept_talks(files):
        room = shown.setdefault((talk.scope or "", talk.application, talk.room), {})
        for message in talk.messages:
            room.setdefault(message.number, []).append((file, message))
    return tuple(
        RoomTruth(
            scope=scope,
            application=application,
            room=room,
            messages=tuple(_said(seen, readers, received) for _, seen in sorted(messages.items())),
        )
        for (scope, application, room), messages in sorted(shown.items())
    )


def _kept_talks(files: Iterable[FileTruth]) -> Iterable[tuple[FileTruth, ConversationTruth]]:
    for file in files:
        if file.outcome is Outcome.KEPT:
            yield from ((file, talk) for talk in file.conversations if talk.scope is not None)


def _said(
    seen: Sequence[Sighting], readers: Mapping[str, Sequence[str]], received: Mapping[str, Sequence[str]]
) -> SaidTruth:
    """A message that several exports show; what some of them do not print is taken from those that do."""
    messages = [message for _, message in seen]
    paths = tuple(sorted(file.path for file, _ in seen))
    told = messages[0].model_dump() | {
        # An export without seconds prints the minute's beginning.
        "sent_at": max(message.sent_at for message in messages),
        "reply_to": next((message.reply_to for message in messages if message.reply_to), None),
        "edited_at": next((message.edited_at for message in messages if message.edited_at), None),
        "paths": paths,
        "readers": tuple(sorted({name for path in paths for name in readers[path]})),
        "attachment_paths": tuple(received.get(messages[0].attachment or "", ())),
    }
    return SaidTruth.model_validate(told)


def _received(files: Iterable[FileTruth]) -> dict[str, list[str]]:
    """Name → paths of kept files in folders of received files; different files of one name are nobody's."""
    found: dict[str, list[FileTruth]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if file.outcome is Outcome.KEPT and folder.rpartition("/")[2] == RECEIVED_FOLDER:
            found.setdefault(name, []).append(file)
    return {
        name: sorted(file.path for file in same)
        for name, same in found.items()
        if len({file.sha256 for file in same}) == 1
    }
