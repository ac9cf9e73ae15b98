"""PPTX: presentations in Office Open XML."""

from connectors import opc
from connectors.contract import Blob, Document
from connectors.slides import presentations
from schemas.outcome import Failed

_LOST_RELATION = "no relationship"


class Pptx:
    """PowerPoint presentations in Office Open XML, with macros or without; hidden slides too."""

    name = "pptx"
    label = "파워포인트 문서"
    distributions = ("python-pptx", "lxml")
    version = 3
    preload = ("pptx",)
    keeps = (
        "슬라이드 제목·본문",
        "표(병합)",
        "발표자 노트·메모",
        "도식·차트의 글",
        "숨은 슬라이드(표시)",
        "삽입 개체·그림",
        "문서 속성",
    )
    loses = ("배치·애니메이션", "작은 그림·도형", "소리·동영상")

    def sniff(self, blob: Blob) -> float:
        """Certain by the presentation part."""
        return 1.0 if "ppt/presentation.xml" in opc.member_names(blob.content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        try:
            return presentations.read_pptx(blob.content)
        except NotImplementedError as error:
            raise Failed("corrupt", f"ZIP: {error}") from error
        except KeyError as error:
            # How python-pptx says that a slide is listed and not there; any other is a fault of ours.
            if _LOST_RELATION not in str(error):
                raise
            raise Failed("corrupt", str(error)) from error


FORMAT = Pptx()
