"""HWPML, Hancom's XML in one file: put into the words of HWPX and read like it."""

from connectors import gate
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.gate import Attempt
from connectors.hangul import hml_document
from connectors.hangul.hwpx_body import BodyReader
from schemas.elements import Flag


class Hml:
    """HWPML documents, whatever their file name says."""

    name = "hml"
    label = "한글 문서(HWPML)"
    distributions = ("lxml",)
    version = 1
    preload = ("lxml.etree", "connectors.hangul.hwpx_body")
    keeps = (
        "문단·개요 제목",
        "표(병합·중첩)",
        "캡션·글상자·글맵시",
        "머리말·꼬리말·바탕쪽 글",
        "각주·미주·숨은 설명",
        "수식(스크립트)",
        "링크·누름틀·양식 개체",
        "그림·OLE 개체(구성원으로)",
        "문서 정보",
    )
    loses = ("글꼴·색·배치", "자동 번호·쪽 번호", "쪽 나눔", "말로 적힌 작성일")

    def sniff(self, blob: Blob) -> float:
        """Certain by the root element."""
        return 1.0 if hml_document.is_markup(blob.content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `corrupt`, `undecodable_text`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        markup = hml_document.read_markup(blob.content)
        body = BodyReader(Composer(), hml_document.read_styles(markup.head))
        for section in markup.sections:
            body.read_section(section)
        attempt = gate.choose([lambda: Attempt("gotgan hml", body.composer)], None)
        members, is_left_out = embedded_members(markup.binaries)
        flags = [Flag.TRACKED_CHANGE] if body.is_changed else []
        return gate.to_document(
            attempt,
            members=members,
            are_pictures_left_out=is_left_out,
            properties=hml_document.read_properties(markup.head),
            flags=flags,
        )


FORMAT = Hml()
