"""RTF as Outlook stores it: unpacked, the HTML taken out of it, and Korean decoded by the fonts' code pages."""

import struct

import pytest

from connectors.mail.mapi import decompress_rtf
from connectors.mail.rtfmail import read_rtf_body


def escaped(text, encoding="cp949"):
    return b"".join(b"\\'%02x" % byte for byte in text.encode(encoding))


def test_compressed_rtf_is_unpacked():
    # the example of the published format: two runs of literals and a reference into the preset dictionary
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320a f32068656c090020627705b06c647d0a800fa0".replace(
            " ", ""
        )
    )
    assert decompress_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress_rtf(struct.pack("<IIII", 17, 5, 0x414C454D, 0) + b"plain") == b"plain"
    for broken in (b"", packed[:20], b"\x00" * 40, packed[:8] + b"\xff" * 40):
        assert isinstance(decompress_rtf(broken), bytes)


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg949 " + escaped("예산") + rb"\par " + escaped("둘째") + b"}", "예산\n둘째"),
        (
            rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset129 B;}}\f1 "
            + escaped("예산")
            + rb"\f0 x}",
            "예산x",
        ),
        (rb"{\rtf1\uc1 \u50696?\u49328?.}", "예산."),
        (rb"{\rtf1\uc2 \u50696 ab\u49328 cd!}", "예산!"),
        (rb"{\rtf1 a\tab b\{c\}{\*\unknown hidden}{\pict 00ff}\~d}", "a\tb{c}\u00a0d"),
        (rb"{\rtf1 \u-10179?\u-8704?}", "\U0001f600"),
    ],
)
def test_text_comes_out_of_it(rtf, text):
    assert read_rtf_body(rtf) == (text, False)


def test_the_html_that_it_was_made_from_comes_out_of_it():
    rtf = (
        rb"{\rtf1\ansi\ansicpg949\fromhtml1 {\fonttbl{\f0\fcharset129 G;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
        + escaped("예산")
        + rb"\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}{\*\mhtmltag64 <img src=x>}{\*\htmltag64 <b>}a{\*\htmltag72 </b>}}"
    )
    assert read_rtf_body(rtf) == ("<p>예산</p><b>a</b>", True)
