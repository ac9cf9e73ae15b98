"""Files that somebody locked: wrappers of document security products, encrypted Office packages. Told by their content."""

import struct

from connectors import ole
from connectors.inflation import is_zip, open_archive
from schemas.outcome import Failed

_HEAD_BYTES = 64
_LEADING = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_WRAPPERS = (
    (b"\x9b\x20DRMONE", "drm_fasoo"),
    (b"\x9bDRMONE", "drm_fasoo"),
    (b"<!-- FasooSecureContainer", "drm_fasoo"),
    (b"SCDSA", "drm_softcamp"),
    (b"<DOCUMENT SAFER", "drm_markany"),
)
_RIGHTS_MANAGED = "Microsoft 권한 관리(IRM·AIP)"
_RIGHTS_HEADS = (b".pfile", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86")
"""A file wrapped by Azure Information Protection, and the `message.rpmsg` of a protected mail."""

_OLE_ENTRY_BYTES = 128
# (names that must all stand in the directory, what is said of it)
_OLE_LOCKS = (
    (("EncryptedPackage", "DRMEncryptedDataSpace"), _RIGHTS_MANAGED),
    (("\x09DRMContent",), _RIGHTS_MANAGED),
    (("EncryptedPackage", "EncryptionInfo"), ""),
)


def refuse_locked(content: bytes) -> None:
    """Refuse a file that nobody can read without its key, and an archive that is a bomb by its own directory.

    Raises:
        schemas.outcome.Failed: `empty_file`, `drm_fasoo`, `drm_softcamp`, `drm_markany`, `password_ooxml`,
            `archive_bomb`.
    """
    if not content:
        raise Failed("empty_file")
    # Some gateways put a byte order mark or a blank line before the wrapper's head.
    head = content[:_HEAD_BYTES].lstrip(_LEADING)
    for start, reason in _WRAPPERS:
        if head.startswith(start):
            raise Failed(reason)
    if content.startswith(_RIGHTS_HEADS):
        raise Failed("password_ooxml", _RIGHTS_MANAGED)
    if content.startswith(ole.SIGNATURE):
        _refuse_encrypted_package(content)
    if is_zip(content):
        try:
            open_archive(content)
        except Failed as failure:
            # a broken directory is the format's own business
            if failure.reason == "archive_bomb":
                raise


def _refuse_encrypted_package(content: bytes) -> None:
    for names, detail in _OLE_LOCKS:
        # A locked workbook that hangs on a mail shows its entries in the mail's bytes as well.
        if all(_has_entry(content, name) for name in names) and _is_outermost(content, names[0]):
            raise Failed("password_ooxml", detail)


def _has_entry(content: bytes, name: str) -> bool:
    """Whether a directory entry of a compound file has this name; found by its layout, without reading the file."""
    raw = name.encode("utf-16-le")
    position = content.find(raw)
    while position >= 0:
        size_field = content[position + 64 : position + 66]
        if position % _OLE_ENTRY_BYTES == 0 and size_field == struct.pack("<H", len(raw) + 2):
            return True
        position = content.find(raw, position + 1)
    return False


def _is_outermost(content: bytes, name: str) -> bool:
    try:
        with ole.open_compound(content) as compound:
            return compound.exists(name)
    except Failed:
        # Cut off behind its directory, it is locked all the same.
        return True
