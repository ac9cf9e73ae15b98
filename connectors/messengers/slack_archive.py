"""How the ZIP export of Slack is laid out: lists of channels and people, and a folder of day files for each channel."""

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.inflation import inflate
from connectors.messengers.json_records import load_json, record_of, records_of, text_of, texts_of
from connectors.messengers.slack_messages import People
from connectors.messengers.slack_text import Names, plain
from connectors.messengers.zip_members import named_members
from schemas.conversations import Conversation, ConversationKind, Participant
from schemas.outcome import Failed

MAX_LIST_BYTES = 256 << 20
CHANNEL_LISTS = {
    "channels.json": ConversationKind.CHANNEL,
    "groups.json": ConversationKind.PRIVATE,
    "dms.json": ConversationKind.DIRECT,
    "mpims.json": ConversationKind.GROUP,
}
USER_LISTS = ("users.json", "org_users.json")
_DAY = re.compile(r"(?P<folder>(?:[^/]+/)*[^/]+)/(?P<day>\d{4}-\d{2}-\d{2})\.json")
_FILE = re.compile(r"(?:^|/)(?:attachments/(?P<plain>F[A-Z0-9]{6,})-[^/]+|__uploads/(?P<upload>F[A-Z0-9]{6,})/[^/]+)$")
_JUNK = ("__MACOSX/",)


@dataclass(slots=True)
class Channel:
    """A channel with the names of its day files, in the order of the days."""

    conversation: Conversation
    days: list[str]


@dataclass
class SlackArchive:
    """The export's directory and lists. Nothing of its messages is held."""

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    people: People = field(default_factory=People)
    channel_names: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.members = {name: info for name, info in named_members(self.archive).items() if not name.startswith(_JUNK)}
        for name in self.members:
            match = _FILE.search(name)
            if match:
                self.files[match["plain"] or match["upload"]] = name

    @property
    def names(self) -> Names:
        """Names by id."""
        return Names(self.people.shown, self.channel_names)

    def records(self, name: str) -> list[dict[str, Any]]:
        """The objects of a list of the export; none where it is broken, which is noted."""
        try:
            value = load_json(inflate(self.archive, self.members[name], MAX_LIST_BYTES))
        except Failed:
            self.broken.append(name)
            return []
        return records_of(value) or records_of(record_of(value).get("members"))


def is_layout_of_slack(names: Mapping[str, object]) -> bool:
    """Whether these files are those of an export: a list of channels or people, and day files in folders."""
    roots = {root for root, name in map(_split, names) if name in CHANNEL_LISTS or name in USER_LISTS}
    if any(
        {f"{root}channels.json", f"{root}users.json", f"{root}integration_logs.json"} <= names.keys() for root in roots
    ):
        return True
    days = (match["folder"] for match in map(_DAY.fullmatch, names) if match)
    return any(folder.startswith(root) for folder in days for root in roots)


def channels_of(layout: SlackArchive) -> Iterator[Channel]:
    """Every channel that has day files, in the order of the lists; then folders that no list names."""
    folders = _folders(layout)
    workspaces = _take_people(layout)
    listed: list[tuple[str, ConversationKind, dict[str, Any]]] = []
    for list_name, kind in CHANNEL_LISTS.items():
        for name in sorted(layout.members):
            root, base = _split(name)
            if base == list_name and _DAY.fullmatch(name) is None:
                listed += [(root, kind, record) for record in layout.records(name)]
    for _, _, record in listed:
        native_id, name = text_of(record.get("id")), text_of(record.get("name"))
        if native_id and name:
            layout.channel_names[native_id] = plain(name)
    by_normal_form = {unicodedata.normalize("NFC", folder): folder for folder in folders}
    for root, kind, record in listed:
        days = folders.pop(_folder(root, record, by_normal_form), None)
        if days:
            yield Channel(_conversation(root, kind, record, layout, workspaces), sorted(days))
    for folder in sorted(folders):
        title = folder.rpartition("/")[2]
        yield Channel(Conversation(folder, "slack", title, dialect="zip"), sorted(folders[folder]))


def _split(name: str) -> tuple[str, str]:
    folder, slash, base = name.rpartition("/")
    return folder + slash, base


def _folders(layout: SlackArchive) -> dict[str, list[str]]:
    roots = {root for root, base in map(_split, layout.members) if base in CHANNEL_LISTS or base in USER_LISTS}
    folders: dict[str, list[str]] = {}
    for name in layout.members:
        match = _DAY.fullmatch(name)
        if match and any(match["folder"].startswith(root) for root in roots):
            folders.setdefault(match["folder"], []).append(name)
    return folders


def _take_people(layout: SlackArchive) -> dict[str, str]:
    """Note all people; the workspace that most of them belong to, by the folder of their list."""
    workspaces: dict[str, str] = {}
    for name in sorted(layout.members):
        root, base = _split(name)
        if base not in USER_LISTS:
            continue
        teams: Counter[str] = Counter()
        for user in layout.records(name):
            layout.people.note(user)
            teams[text_of(user.get("team_id"))] += 1
        teams.pop("", None)
        if teams:
            workspaces[root] = teams.most_common(1)[0][0]
    return workspaces


def _folder(root: str, record: dict[str, Any], by_normal_form: Mapping[str, str]) -> str:
    """The folder of a channel: by its name, or by its id as for direct messages; empty if it has none."""
    for key in ("name", "id"):
        folder = root + text_of(record.get(key))
        found = by_normal_form.get(unicodedata.normalize("NFC", folder))
        if folder != root and found:
            return found
    return ""


def _conversation(
    root: str, kind: ConversationKind, record: dict[str, Any], layout: SlackArchive, workspaces: Mapping[str, str]
) -> Conversation:
    native_id, name = text_of(record.get("id")), plain(text_of(record.get("name")))
    in_grid = re.search(r"(?:^|/)teams/([^/]+)/$", root)
    team = text_of(record.get("team_id")) or text_of(record.get("context_team_id")) or workspaces.get(root)
    is_closed = kind is ConversationKind.CHANNEL and record.get("is_private") is True
    return Conversation(
        key=native_id or root + name,
        application="slack",
        # Slack makes up names for these that nobody sees
        title="" if kind is ConversationKind.DIRECT or name.startswith("mpdm-") else name,
        kind=ConversationKind.PRIVATE if is_closed else kind,
        native_id=native_id or None,
        workspace=team or (in_grid[1] if in_grid else None),
        dialect="grid" if in_grid else "zip",
        participants=[
            layout.people.participants.get(member) or Participant(member, member)
            for member in texts_of(record.get("members"))
        ],
    )
