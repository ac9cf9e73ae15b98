"""Members of a ZIP export, read one at a time and never more of one than is allowed."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from connectors.inflation import is_encrypted, member_name
from connectors.messengers.contract import ExportFile
from schemas.outcome import Failed

_CORRUPT = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, OverflowError)


def named_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Files of the archive by their path as its maker meant it; of two with one path the last."""
    return {member_name(info).replace("\\", "/"): info for info in archive.infolist() if not info.is_dir()}


@contextmanager
def streamed_member(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo) -> Iterator[ExportFile]:
    """A member of any size, inflated while it is read. Going back to its beginning inflates it again.

    Raises:
        schemas.outcome.Failed: `corrupt`, `password_archive`, `unsupported_format`.
    """
    if is_encrypted(info):
        raise Failed("password_archive")
    try:
        with archive.open(info) as stream:
            yield ExportFile(cast(BinaryIO, stream), name.rpartition("/")[2], info.file_size)
    except NotImplementedError as error:
        raise Failed("unsupported_format", f"압축 방식 {info.compress_type}") from error
    except _CORRUPT as error:
        raise Failed("corrupt", f"{type(error).__name__}: {error}") from error
