"""ZIP archives: members with their names in CP949 or UTF-8, traversal neutralised, bombs refused, links left out."""

import stat
import zipfile
from dataclasses import dataclass

from connectors.contract import Blob, Document, MemberFile
from connectors.inflation import MAX_INFLATED_BYTES, inflate, is_encrypted, is_zip, member_name, open_archive
from schemas.outcome import Failed

_OTHER_FORMATS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml")
_CERTAIN, _BROKEN = 0.3, 0.15


@dataclass(frozen=True, slots=True)
class _ZipArchive:
    name: str = "zip"
    label: str = "ZIP 압축"
    distributions: tuple[str, ...] = ()
    version: int = 1
    preload: tuple[str, ...] = ()

    def sniff(self, blob: Blob) -> float:
        """Low, since most formats of documents are ZIP files and know themselves better."""
        if not is_zip(blob.content):
            return 0.0
        try:
            archive = open_archive(blob.content)
        except Failed:
            return _BROKEN
        names = archive.namelist()
        return 0.0 if any(name in names for name in _OTHER_FORMATS) else _CERTAIN

    def read(self, blob: Blob) -> Document:
        """Inflate the members.

        Raises:
            schemas.outcome.Failed: `password_archive` if every member has one, `archive_bomb`, `corrupt`.
        """
        archive = open_archive(blob.content)
        files = [info for info in archive.infolist() if not _is_folder(info)]
        if files and all(is_encrypted(info) for info in files):
            raise Failed("password_archive")
        room = MAX_INFLATED_BYTES
        members: list[MemberFile] = []
        for info in files:
            path = neutral_path(member_name(info))
            if stat.S_ISLNK(info.external_attr >> 16):
                members.append(MemberFile(path, b"", "symbolic_link"))
                continue
            try:
                content = inflate(archive, info, room)
            except Failed as failure:
                if failure.reason == "archive_bomb":
                    raise
                members.append(MemberFile(path, b"", failure.reason, failure.detail))
                continue
            room -= len(content)
            members.append(MemberFile(path, content))
        return Document(reader="zipfile", members=members)


def neutral_path(name: str) -> str:
    """A member's path that stays below its container: no drive, no root, no `..`, `/` between its parts."""
    parts = name.replace("\\", "/").replace("\x00", "").split("/")
    kept = [part for part in parts if part.strip() not in ("", ".", "..")]
    if kept and len(kept[0]) == 2 and kept[0][1] == ":":
        kept = kept[1:]
    return "/".join(kept) or "이름 없음"


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or info.orig_filename.endswith("\\")


FORMAT = _ZipArchive()
