"""The preview beside a Hangul document as a witness of what was lost."""

import pytest

from connectors.hangul.preview import has_lost_its_beginning
from connectors.reading import read_blob
from pipelines.sample.manuscript import compose
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
from schemas.elements import Element, ElementKind, Flag

TEXT = "2026년도 예산안 편성지침에 따라 부처별 요구액을 모으고, 전년도 결산과 견주어 증감의 까닭을 적는다. 담당은 예산총괄과이다."


def elements(*texts: str) -> list[Element]:
    return [Element(kind=ElementKind.NARRATIVE_TEXT, text=text) for text in texts]


def test_what_the_preview_says_is_looked_for_whatever_its_order_and_spaces():
    assert not has_lost_its_beginning(f"<{TEXT}>\r\n", elements(*TEXT.split()[::-1]))
    assert not has_lost_its_beginning(TEXT, elements(TEXT[:40]))
    assert has_lost_its_beginning(TEXT, elements(TEXT[:12]))
    assert has_lost_its_beginning(TEXT, [])


def test_a_preview_of_a_few_letters_tells_nothing():
    assert not has_lost_its_beginning("", elements("예산"))
    assert not has_lost_its_beginning("목차", elements("예산"))


@pytest.mark.parametrize(("write", "name"), [(write_hwp5, "a.hwp"), (write_hwpx, "a.hwpx")])
def test_a_whole_document_has_its_beginning(write, name):
    content = write(compose(f"# 제목\n\n{TEXT}\n", {}, title="제목"))
    (reading,) = read_blob(content, name)
    assert Flag.LOW_COVERAGE not in reading.flags
