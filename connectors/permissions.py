"""POSIX permissions as access: modes and access lists of a file and of every folder on the way to it.

The kernel asks owner, named users, groups and others in this order, and the first class that fits decides. Here the same
is said in tokens: a class with the permission allows, and one without it denies where a later class would have let it
through. Where tokens cannot say it exactly (an owner who is also in a group without the permission), fewer may read.
"""

import errno
import grp
import os
import pwd
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.access import Access

READ, ENTER = 4, 1
_ACL_ATTRIBUTE = "system.posix_acl_access"
_ACL_VERSION = 2
_ACL_HEAD, _ACL_ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
_OWNER, _NAMED_USER, _OWNING_GROUP, _NAMED_GROUP, _MASK, _OTHERS = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
# No access list, or a file system without them; anything else is a failure to look and must not pass for "none".
_NO_LIST = frozenset({errno.ENODATA, errno.EOPNOTSUPP})


class BrokenAccessList(OSError):
    """The kernel's answer is no access list of the known version; the file then counts as not listed."""


@dataclass(frozen=True)
class Accounts:
    """What numbers of users and groups stand for: tokens by `uid:1000` or `gid:1000`, else the system's names."""

    tokens: Mapping[str, str] = field(default_factory=dict)

    def user(self, number: int) -> str:
        """The token of a user; a number without a name stays one, which a principal can be given as a group."""
        key = f"uid:{number}"
        if key in self.tokens:
            return self.tokens[key]
        try:
            return f"user:{pwd.getpwuid(number).pw_name}"
        except KeyError:
            return key

    def group(self, number: int) -> str:
        """The token of a group."""
        key = f"gid:{number}"
        if key in self.tokens:
            return self.tokens[key]
        try:
            return f"group:{grp.getgrgid(number).gr_name}"
        except KeyError:
            return key


@dataclass(frozen=True, slots=True)
class Door:
    """Who has one permission on one file or folder: everyone on the share, or the holders of tokens; and who is kept out."""

    is_open: bool
    tokens: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """The doors of the folders down to here."""

    doors: tuple[frozenset[str], ...] = ()
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PosixRule:
    """Access by what the file system says (`connectors.walking.AccessRule`).

    `share` is the source's own access: it stands for the class of others, and it is a door on the way to every file.
    """

    share: Access
    accounts: Accounts = Accounts()

    def enter(self, above: Way | None, folder: str, descriptor: int) -> Way:
        """The way down to a folder: its own door joins those above."""
        door = door_of(os.fstat(descriptor), _access_list(descriptor), ENTER, self.accounts)
        way = above or Way()
        doors = way.doors if door.is_open else (*way.doors, door.tokens)
        return Way(doors, way.denied | door.denied)

    def access_of(self, above: Way | None, path: str, status: os.stat_result, descriptor: int) -> Access:
        """The access of a file at the end of its way."""
        way = above or Way()
        # A link's own permissions say nothing, and it is never followed.
        entries = None if _is_link(status) else _access_list(f"/proc/self/fd/{descriptor}/{path.rpartition('/')[2]}")
        door = door_of(status, entries, READ, self.accounts)
        everyone = frozenset(self.share.allow)
        allow = everyone if door.is_open else door.tokens
        doors = set(way.doors) | ({everyone} if not door.is_open else set())
        return Access(
            allow=tuple(sorted(allow)),
            deny=tuple(sorted({*self.share.deny, *way.denied, *door.denied})),
            within=tuple(sorted(tuple(sorted(one)) for one in doors if one != allow)),
        )


def door_of(
    status: os.stat_result, entries: Mapping[tuple[int, int], int] | None, bit: int, accounts: Accounts
) -> Door:
    """Who has a permission, from the mode, or from the access list where there is one.

    Args:
        status: of the file or folder.
        entries: (tag, number) → permissions, from its access list; None without one.
        bit: READ or ENTER.
        accounts: what the numbers stand for.
    """
    # Linux does not even look at an access list whose mask lets nobody through, and goes by the mode.
    if entries is None or not status.st_mode & 0o070:
        mode = status.st_mode
        entries = {(_OWNER, 0): mode >> 6 & 7, (_OWNING_GROUP, 0): mode >> 3 & 7, (_OTHERS, 0): mode & 7}
    mask = entries.get((_MASK, 0), 7)
    is_open = bool(entries.get((_OTHERS, 0), 0) & bit)
    users: dict[str, bool] = {}
    groups: dict[str, bool] = {}
    for (tag, number), permissions in entries.items():
        if tag == _NAMED_USER:
            users[accounts.user(number)] = bool(permissions & mask & bit)
        elif tag in (_OWNING_GROUP, _NAMED_GROUP):
            name = accounts.group(status.st_gid if tag == _OWNING_GROUP else number)
            groups[name] = groups.get(name, False) or bool(permissions & mask & bit)
    # The owner is asked first, whatever a named entry says of the same user.
    users[accounts.user(status.st_uid)] = bool(entries.get((_OWNER, 0), 0) & bit)
    denied = {name for name, has in groups.items() if is_open and not has}
    if is_open or any(groups.values()):
        denied |= {name for name, has in users.items() if not has}
    if is_open:
        return Door(True, denied=frozenset(denied))
    held = {name for name, has in (*users.items(), *groups.items()) if has}
    return Door(False, frozenset(held), frozenset(denied))


def _access_list(place: int | str) -> dict[tuple[int, int], int] | None:
    try:
        raw = os.getxattr(place, _ACL_ATTRIBUTE, follow_symlinks=isinstance(place, int))
    except OSError as failure:
        if failure.errno in _NO_LIST:
            return None
        raise
    return parse_access_list(raw)


def parse_access_list(raw: bytes) -> dict[tuple[int, int], int]:
    """(tag, number) → permissions of an access list as the kernel gives it; the number is 0 where the tag needs none.

    Raises:
        BrokenAccessList: it is of another version or cut off.
    """
    body = raw[_ACL_HEAD.size :]
    if len(raw) < _ACL_HEAD.size or _ACL_HEAD.unpack_from(raw)[0] != _ACL_VERSION or len(body) % _ACL_ENTRY.size:
        raise BrokenAccessList(errno.EINVAL, "not a POSIX access list of version 2")
    found: dict[tuple[int, int], int] = {}
    for tag, permissions, number in _ACL_ENTRY.iter_unpack(body):
        found[tag, number if tag in (_NAMED_USER, _NAMED_GROUP) else 0] = permissions
    return found


def _is_link(status: Any) -> bool:
    return (status.st_mode & 0o170000) == 0o120000
