"""ODT: OpenDocument texts, packaged or flat, read from their own XML."""

from dataclasses import dataclass
from importlib.metadata import version

from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.opc import local_name
from connectors.opendocument import texts as opendocument
from connectors.opendocument.flow import Flow
from connectors.opendocument.texts import OpenPackage
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

_HEADERS = ("header", "header-left", "header-first")
_FOOTERS = ("footer", "footer-left", "footer-first")


@dataclass(frozen=True, slots=True)
class _Odt:
    name: str = "odt"
    label: str = "ODF 문서"
    distributions: tuple[str, ...] = ("lxml",)
    version: int = 1
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "문단과 제목 단계", "목록과 번호", "표(병합·중첩 표)", "각주·미주", "머리말·꼬리말", "글상자", "메모", "수식",
        "링크", "그림·개체", "문서 정보",
    )  # fmt: skip
    loses: tuple[str, ...] = ("글꼴과 모양", "쪽 번호", "삭제된 변경 내용", "차트")

    def sniff(self, blob: Blob) -> float:
        """Certain by the type that the package or the flat file states."""
        return 1.0 if opendocument.kind_of(blob.content) == "text" else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_odf`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        opened = opendocument.open_document(blob.content)
        composer = Composer()
        flow = Flow(opened, composer)
        _add_running(opened, flow, _HEADERS, ElementKind.HEADER)
        flow.read_blocks(opened.body)
        _add_running(opened, flow, _FOOTERS, ElementKind.FOOTER)
        members, is_left_out = embedded_members(flow.parts)
        if not composer.has_text() and not members:
            raise Failed("no_text")
        return Document(
            reader=f"lxml {version('lxml')}",
            elements=composer.elements,
            members=members,
            title=opened.title or composer.opening_title(),
            flags=[*flow.flags, *([Flag.PICTURES_NOT_READ] if is_left_out else [])],
            properties=opened.properties,
        )


def _add_running(opened: OpenPackage, flow: Flow, names: tuple[str, ...], kind: ElementKind) -> None:
    texts: dict[str, None] = {}
    for page in (page for tree in opened.styles for page in tree.iter("{*}master-page")):
        for child in page:
            if local_name(child) in names and child.get(f"{{{child.nsmap.get(child.prefix, '')}}}display") != "false":
                texts.setdefault(flow.running_text(child))
    for text in texts:
        flow.composer.add_element(kind, text)


FORMAT = _Odt()
