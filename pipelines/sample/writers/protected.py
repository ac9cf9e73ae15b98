"""Files that only their owner can open: wrappers of three makers of DRM, and documents with a password."""

import io
import struct
import zipfile

from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.compound_file import write_compound_file

_FASOO_HEAD = b"\x9b DRMONE  This Document is encrypted and protected by Fasoo DRM "
_FASOO_PAGE_HEAD = b'<!-- FasooSecureContainer version="2.0" -->\r\n'
_SOFTCAMP_HEAD = b"SCDSA004\x00\x01\x00\x00"
_MARKANY_HEAD = b"<DOCUMENT SAFER V4.0>\r\n"
_HWP_SIGNATURE = b"HWP Document File"
_HWP_FLAGS_AT = 36
_HWP_DRM_FLAG = 1 << 4
_HWPX_BODY = "Contents/section0.xml"
_HWPX_MANIFEST = "META-INF/manifest.xml"
_HWPX_ENCRYPTION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
    '<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<odf:file-entry odf:full-path="Contents/section0.xml" odf:media-type="application/xml">'
    '<odf:encryption-data odf:checksum-type="SHA1/1K" odf:checksum="AAAAAAAAAAAAAAAAAAAAAAAAAAA=">'
    '<odf:algorithm odf:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes128-cbc" '
    'odf:initialisation-vector="AAAAAAAAAAAAAAAAAAAAAA=="/>'
    '<odf:key-derivation odf:key-derivation-name="PBKDF2" odf:iteration-count="1024" odf:salt="AAAAAAAAAAAAAAAAAAAAAA=="/>'
    "</odf:encryption-data></odf:file-entry></odf:manifest>"
)
_AGILE_VERSION = bytes.fromhex("0400040040000000")
_AGILE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    '<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
    'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
    'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}"/>'
    '<dataIntegrity encryptedHmacKey="{salt}" encryptedHmacValue="{salt}"/>'
    '<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" '
    'cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}" '
    'encryptedVerifierHashInput="{salt}" encryptedVerifierHashValue="{salt}" encryptedKeyValue="{salt}"/>'
    "</keyEncryptor></keyEncryptors></encryption>"
)


def write_fasoo(size: int) -> bytes:
    """A file as the Fasoo client wraps it: its readable head, then `size` bytes that nobody can read."""
    return _FASOO_HEAD + noise(size)


def write_fasoo_page(size: int) -> bytes:
    """What Fasoo makes of a page or a text: its name in a comment, then bytes that nobody can read."""
    return _FASOO_PAGE_HEAD + noise(size)


def write_softcamp(size: int) -> bytes:
    """A file in SoftCamp's wrapper."""
    return _SOFTCAMP_HEAD + noise(size)


def write_markany(size: int) -> bytes:
    """A file in MarkAny's wrapper."""
    return _MARKANY_HEAD + noise(size)


def with_hwp_drm(hwp: bytes) -> bytes:
    """The same HWP file with the flag that says that its own DRM guards it."""
    at = hwp.index(_HWP_SIGNATURE) + _HWP_FLAGS_AT
    (flags,) = struct.unpack_from("<I", hwp, at)
    return hwp[:at] + struct.pack("<I", flags | _HWP_DRM_FLAG) + hwp[at + 4 :]


def with_hwpx_password(hwpx: bytes) -> bytes:
    """The same HWPX file with its body unreadable and a manifest that says so."""
    with zipfile.ZipFile(io.BytesIO(hwpx)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_HWPX_BODY] = noise(len(parts[_HWPX_BODY]) // 16 * 16)
    parts[_HWPX_MANIFEST] = _HWPX_ENCRYPTION.encode()
    # The preview would give the text away.
    parts.pop("Preview/PrvText.txt", None)
    return pack_archive(parts)


def write_encrypted_office(size: int) -> bytes:
    """An Office file with a password: a compound file with `EncryptionInfo` and a package of `size` encrypted bytes."""
    package = size.to_bytes(8, "little") + noise(-(-size // 16) * 16)
    information = _AGILE_VERSION + _AGILE.format(salt="AAAAAAAAAAAAAAAAAAAAAA==").encode()
    return write_compound_file({"EncryptionInfo": information, "EncryptedPackage": package})


def noise(size: int) -> bytes:
    """Bytes without a pattern that a reader could take for text; always the same ones."""
    state, out = 0x1234567, bytearray()
    while len(out) < size:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out += state.to_bytes(4, "little")[1:3]
    return bytes(out[:size])
