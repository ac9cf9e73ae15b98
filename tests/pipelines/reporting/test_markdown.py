"""The Markdown: short, and a hostile name stays text, as a real Markdown reader sees it."""

import re

import pytest
from markdown_it import MarkdownIt

from pipelines.reporting.markdown import escaped, to_markdown
from warehouse.report import SlowFile

HOSTILE = [
    "<script>alert(1)</script>.hwp",
    "[눌러](http://evil.example/) www.evil.example.hwp",
    "![그림](x.png)",
    "*굵게* _기울임_ `코드` ~~지움~~ # 제목",
    "표|를|깨는.hwp",
    "줄\n| 바꿈 |\n# 제목.hwp",
    "&lt;이미&amp;",
    "\\*되살림\\*",
    "<http://evil.example>",
    "$식$ ==표시==",
]


def _rendered(text: str) -> str:
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_shown_as_it_is(name):
    html = _rendered(f"앞 {escaped(name)} 뒤")
    tags = set(re.findall(r"<(\w+)", html))
    assert tags == {"p"}
    shown = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert name.replace("\n", "\ufffd") in shown


def test_the_report_is_one_screen_with_what_matters(make_report):
    report = make_report(
        3,
        sources={"예산총괄과": "complete", "복지|예산과": "unreachable"},
        reasons_new={"password_hwp": 2},
        slowest=[SlowFile(source="예산총괄과", path=name, seconds=9.5) for name in HOSTILE],
    )
    text = to_markdown(report, [make_report(n) for n in range(3)])
    assert len(text.splitlines()) <= 45
    html = _rendered(text)
    assert "<script" not in html
    assert "<a " not in html
    assert "<img" not in html
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    # Two tables (sources, quarantine), no row of them broken by a name.
    assert [len(re.findall("<t[hd]", row)) for row in rows] == [9, 9, 9, 3, 3, 3]
    assert "본 100 = 새로 보관 10 + 그대로 70 + 건너뜀 7 + 격리 13" in text
    assert "암호를 풀어 다시 저장하십시오" in text
    assert "11-24 02:14 (방금)" in text


def test_a_failed_night_says_why_and_what_stays(make_report):
    text = to_markdown(make_report(1, outcome="failed", failure="index/passage: MemoryError"))
    assert "색인 단계에서 메모리가 모자랐습니다" in text
    assert "지난 공개는 그대로" in text


def test_many_todos_are_cut(make_report):
    names = {f"소스{n:02}": "unreachable" for n in range(30)}
    text = to_markdown(make_report(1, sources=names))
    assert "그 밖에 22건" in text
