"""ZIP archives: members with their names in CP949 or UTF-8, traversal neutralised, bombs refused, links left out."""

import stat
import zipfile
from dataclasses import dataclass

from connectors.broken_packages import find_broken_document
from connectors.contract import Blob, Document, MemberFile
from connectors.inflation import (
    MAX_INFLATED_BYTES,
    find_lost_names,
    has_zip_directory,
    inflate,
    is_encrypted,
    is_zip,
    member_name,
    neutral_path,
    open_archive,
)  # fmt: skip
from schemas.outcome import Failed

_PROGRAMS = ("META-INF/MANIFEST.MF", "AndroidManifest.xml")
_OTHER_FORMATS = ("[Content_Types].xml", "mimetype", *_PROGRAMS)
_CERTAIN, _BROKEN, _AT_THE_END = 0.3, 0.15, 0.2


@dataclass(frozen=True, slots=True)
class _ZipArchive:
    name: str = "zip"
    label: str = "ZIP 압축"
    distributions: tuple[str, ...] = ("inflate64",)
    version: int = 3
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("안의 파일 모두(이름은 UTF-8·CP949)", "Deflate64·BZip2·LZMA·XZ로 압축한 것")
    loses: tuple[str, ...] = ("암호가 걸린 파일", "바로 가기", "나누어 압축한 조각")

    def sniff(self, blob: Blob) -> float:
        """Low, since most formats of documents are ZIP files and know themselves better."""
        if not is_zip(blob.content):
            # A program that unpacks itself, or the last part of an archive in several files.
            return _AT_THE_END if has_zip_directory(blob.content) else 0.0
        try:
            archive = open_archive(blob.content)
        except Failed:
            return _BROKEN
        names = archive.namelist()
        if not any(name in names for name in _OTHER_FORMATS):
            return _CERTAIN
        is_program = any(name in names for name in _PROGRAMS)
        # A document that its own format no longer knows must be called broken, and not unknown.
        return _BROKEN if not is_program and _broken_document(names, blob.content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Inflate the members.

        Raises:
            schemas.outcome.Failed: `password_archive` if every member has one, `archive_bomb`, `corrupt`,
                also for what is left of a document, `unsupported_format` for a part of a divided archive.
        """
        archive = open_archive(blob.content)
        broken = _broken_document(archive.namelist(), blob.content)
        if broken:
            raise Failed("corrupt", f"{broken}: 문서의 중심 부분이 없음")
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


def _broken_document(names: list[str], content: bytes) -> str:
    return find_broken_document([*names, *find_lost_names(content, len(names))], content)


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or info.orig_filename.endswith("\\")


FORMAT = _ZipArchive()
