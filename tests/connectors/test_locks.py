"""Locked files are refused by their content, each for its own reason; what only contains a locked file is not."""

import pytest

from connectors.locks import refuse_locked
from pipelines.sample.writers.archive import pack_bomb
from pipelines.sample.writers.compound_file import write_compound_file
from schemas.outcome import Failed

PACKAGE = {"EncryptedPackage": b"x" * 5_000, "EncryptionInfo": b"y" * 300}
RIGHTS_MANAGED = {
    "EncryptedPackage": b"x" * 5_000,
    "\x06DataSpaces/DataSpaceInfo/DRMEncryptedDataSpace": b"z" * 64,
}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"\x9b\x20DRMONE  This Document is encrypted and protected by Fasoo DRM " + b"\x01" * 90, "drm_fasoo"),
        (b"\x9bDRMONE  This Document", "drm_fasoo"),
        (b"<!-- FasooSecureContainer 3.0", "drm_fasoo"),
        (b"\xef\xbb\xbf\r\n<!-- FasooSecureContainer 3.0", "drm_fasoo"),
        (b"SCDSA004" + b"\x00" * 40, "drm_softcamp"),
        (b"  \n<DOCUMENT SAFER V3>", "drm_markany"),
        (b".pfile\x02\x00\x00\x00", "password_ooxml"),
        (write_compound_file(PACKAGE), "password_ooxml"),
        (write_compound_file(PACKAGE)[:-512], "password_ooxml"),
        (write_compound_file(RIGHTS_MANAGED), "password_ooxml"),
        (write_compound_file({"WordDocument": b"a" * 600, "\x09DRMContent": b"b" * 700}), "password_ooxml"),
        (pack_bomb("보고.hwpx", 4_000), "archive_bomb"),
    ],
)
def test_a_locked_file_has_its_reason(content: bytes, reason: str):
    with pytest.raises(Failed) as failure:
        refuse_locked(content)
    assert failure.value.reason == reason


def test_rights_management_is_named():
    with pytest.raises(Failed, match="IRM"):
        refuse_locked(write_compound_file(RIGHTS_MANAGED))


@pytest.mark.parametrize(
    "content",
    [
        "보안 문서(SCDSA) 안내".encode(),
        b"<document>safe</document>",
        b"PK\x03\x04 cut off",
        write_compound_file({"FileHeader": b"HWP Document File" + bytes(239)}),
        # a mail that a locked workbook hangs on shows that workbook's directory among its own bytes
        write_compound_file({"__substg1.0_37010102": write_compound_file(PACKAGE), "other": b"c" * 100}),
    ],
)
def test_what_is_not_locked_passes(content: bytes):
    refuse_locked(content)
