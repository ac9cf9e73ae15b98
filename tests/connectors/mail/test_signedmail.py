"""A mail that is signed and not encrypted is read; one that is encrypted gives nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from connectors.mail.signedmail import signed_content

INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "서명한 본문이다.".encode()


@pytest.fixture(scope="module")
def signed():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=9))
    certificate = builder.sign(key, hashes.SHA256())
    signer = pkcs7.PKCS7SignatureBuilder().set_data(INNER).add_signer(certificate, key, hashes.SHA256())
    return signer.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def test_the_mail_inside_comes_out(signed):
    assert signed_content(signed) == INNER


def test_what_is_in_pieces_is_joined():
    pieces = b"".join(b"\x04" + bytes([len(part)]) + part for part in (INNER[:50], INNER[50:]))
    data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + pieces + b"\x00\x00\x00\x00"
    assert signed_content(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80" + data) == INNER


def test_anything_else_gives_nothing(signed):
    for content in (b"", b"text", signed.replace(b"\x01\x07\x02", b"\x01\x07\x03"), signed[:40]):
        assert signed_content(content) == b""
