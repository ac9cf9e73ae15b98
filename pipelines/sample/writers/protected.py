"""Files that only their owner can open: a DRM wrapper and an Office document with a password."""

from pipelines.sample.compound_file import write_compound_file

_FASOO_HEAD = b"\x9b DRMONE  This Document is encrypted and protected by Fasoo DRM "
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
