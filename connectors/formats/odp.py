"""ODP: OpenDocument presentations, slide by slide, read from their own XML; drawings too, page by page."""

from dataclasses import dataclass
from importlib.metadata import version

import lxml.etree as etree

from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.opc import local_name
from connectors.opendocument import texts as opendocument
from connectors.opendocument.flow import Flow
from connectors.opendocument.texts import attribute
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

_KINDS = ("presentation", "graphics")
_RUNNING = frozenset({"header", "footer", "date-time", "page-number"})


@dataclass(frozen=True, slots=True)
class _Odp:
    name: str = "odp"
    label: str = "ODF 발표 자료"
    distributions: tuple[str, ...] = ("lxml",)
    version: int = 1
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "쪽 제목과 본문", "목록", "표(병합)", "발표자 노트", "메모", "숨긴 쪽(표시)", "수식", "링크", "그림·개체",
        "문서 정보",
    )  # fmt: skip
    loses: tuple[str, ...] = ("모양과 배치", "애니메이션", "차트", "마스터 쪽의 글")

    def sniff(self, blob: Blob) -> float:
        """Certain by the type that the package or the flat file states."""
        return 1.0 if opendocument.kind_of(blob.content) in _KINDS else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_odf`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        opened = opendocument.open_document(blob.content)
        composer = Composer()
        flow = Flow(opened, composer, box_flags=())
        hidden = opendocument.hidden_pages(opened)
        for number, page in enumerate(opened.body.iterchildren("{*}page"), start=1):
            composer.page = number
            is_hidden = attribute(page, "style-name") in hidden
            composer.flags = [Flag.HIDDEN_SLIDE] if is_hidden else []
            if is_hidden and Flag.HIDDEN_SLIDE not in flow.flags:
                flow.flags.append(Flag.HIDDEN_SLIDE)
            composer.leave_sections()
            _add_page(flow, page)
        members, is_left_out = embedded_members(flow.parts)
        if not composer.has_text() and not members:
            raise Failed("no_text")
        return Document(
            reader=f"lxml {version('lxml')}",
            elements=composer.elements,
            members=members,
            title=composer.opening_title() or opened.title,
            flags=[*flow.flags, *([Flag.PICTURES_NOT_READ] if is_left_out else [])],
            properties=opened.properties,
        )


def _add_page(flow: Flow, page: etree._Element) -> None:
    titles = [shape for shape in page if attribute(shape, "class") == "title"]
    for shape in titles:
        flow.composer.add_paragraph(flow.running_text(shape), level=1, is_styled=True)
    for shape in page:
        if shape not in titles and local_name(shape) not in ("notes", "forms", ""):
            _add_shape(flow, shape)
    for notes in page.iterchildren("{*}notes"):
        for shape in notes:
            if attribute(shape, "class") == "notes":
                flow.add_drawing(shape)


def _add_shape(flow: Flow, shape: etree._Element) -> None:
    if attribute(shape, "class") in _RUNNING:
        flow.composer.add_element(ElementKind.FOOTER, flow.running_text(shape))
    else:
        flow.read_blocks([shape])


FORMAT = _Odp()
