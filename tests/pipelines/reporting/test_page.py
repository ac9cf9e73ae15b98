"""The page: whole by itself, the same numbers for eye and ear, and no name in it becomes anything but text."""

import re
from html.parser import HTMLParser

import lxml.html
import pytest

from pipelines.reporting.page import to_html
from pipelines.reporting.pages import write_pages
from warehouse.layout import Home
from warehouse.report import (
    CheckReport,
    FileCounts,
    Growth,
    HomeBytes,
    ReviewCount,
    SkipCount,
    SlowFile,
    SourceReport,
    history,
    write_report,
)

HOSTILE = (
    "</title></svg><script>alert('나쁨')</script><img src=http://evil.example/x onerror=alert(1)>\" ' & \u202e.hwp"
)


@pytest.fixture
def full(make_report):
    """A night that has everything, and hostile text wherever a stranger's text can be."""
    return make_report(
        9,
        sources=[
            SourceReport(name="예산총괄과", kind="folder", state="partial", detail=HOSTILE, seen=50, new=3),
            SourceReport(name=HOSTILE[:40], state="held", detail="21개가 한꺼번에 사라져 삭제를 보류함 (한도 20개)"),
        ],
        reasons_new={"password_hwp": 2, "secrecy_mark": 1, HOSTILE: 1},
        slowest=[SlowFile(source=HOSTILE, path=f"{HOSTILE}/{HOSTILE}", format="hwp", size_bytes=1 << 20, seconds=12.5)],
        skips=[SkipCount(rule="system_file", n=7)],
        checks=[
            CheckReport(name="counts_add_up", passed=True, description="모두 맞습니다."),
            CheckReport(name="quarantine_rate", passed=False, description=HOSTILE, is_blocking=False),
        ],
        reviews_open=[ReviewCount(kind="quarantine", n=3)],
        growth=Growth(
            n_contents=90, n_elements=900, n_passages=1690, home_bytes=HomeBytes(blobs=1 << 30, lake=1 << 20)
        ),
        free_bytes=50 << 30,
        masked=12,
        dagster_run_id="5f3c",
    )


@pytest.fixture
def past(make_report):
    return [make_report(n, outcome="failed" if n == 4 else "published") for n in range(9)]


class _Strict(HTMLParser):
    """Every tag and attribute, and whether the tags close in order."""

    void = frozenset({"meta", "br", "link", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_names_of_strangers_stay_text(full, past):
    page = to_html(full, past)
    parser = _Strict()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    assert parser.tags.isdisjoint({"script", "img", "iframe", "object", "link", "a", "form", "base"})
    assert not {name for name in parser.attributes if name.startswith("on") or name in ("src", "href", "xlink:href")}
    assert "\u202e" not in page


def test_the_page_loads_nothing(full, past):
    page = to_html(full, past)
    assert "default-src 'none'" in page
    own = page.replace("http://www.w3.org/2000/svg", "")
    outside = [line for line in own.splitlines() if re.search(r"url\(|@import", line)]
    assert outside == []
    # What is left of an address is the hostile name, as text.
    assert own.count("http://") == own.count("src=http://evil.example")


def test_what_a_tired_operator_needs_comes_first(full, past):
    page = to_html(full, past)
    order = [
        page.index(f'id="{name}"') for name in ("todo", "files", "sources", "runs", "quarantine", "held", "checks")
    ]
    assert order == sorted(order)
    tree = lxml.html.fromstring(page)
    assert [tree.xpath("//h1")[0].text_content()] == [
        "손이 필요함. 새로 공개했습니다. 새로 보관한 파일 10개, 옮긴 파일 0개, 사라진 파일 0개."
    ]
    assert len(tree.xpath("//ol[@class='todo']/li")) == len(tree.xpath("//ol[@class='todo']//span[@class='what']")) > 4
    assert "암호를 풀어 다시 저장하십시오." in tree.xpath("//ol[@class='todo']")[0].text_content()


def test_every_picture_has_a_name_and_its_numbers_as_a_table(full, past):
    tree = lxml.html.fromstring(to_html(full, past))
    figures = tree.xpath("//figure")
    assert len(figures) == 9
    for figure in figures:
        (svg,) = figure.xpath(".//*[local-name()='svg']")
        assert svg.get("role") == "img"
        assert svg.get("aria-label")
        header = figure.xpath(".//thead//th")
        rows = figure.xpath(".//tbody/tr")
        assert rows
        assert all(len(row.xpath("./th|./td")) == len(header) for row in rows)


def test_the_tables_hold_the_numbers_of_the_report(full, past):
    tree = lxml.html.fromstring(to_html(full, past))

    def rows(name):
        (details,) = [
            d for d in tree.xpath("//details") if d.xpath("./summary")[0].text_content().startswith(f"{name}:")
        ]
        return [[cell.text_content() for cell in row.xpath("./th|./td")] for row in details.xpath(".//tbody/tr")]

    assert rows("파일의 결말") == [
        ["새로 보관", "10"],
        ["그대로", "70"],
        ["건너뜀", "7"],
        ["격리", "13"],
        ["합", "100"],
    ]
    assert rows("격리 까닭") == [
        ["글자가 없는 문서(스캔 등)", "no_text", "10", "0"],
        ["암호가 걸린 HWP", "password_hwp", "3", "2"],
    ]
    trend = rows("격리 추이")
    assert len(trend) == 10
    assert trend[0][1:] == ["새로 공개함", "10", "3"]
    # A failed night has counted a part of the files only.
    assert trend[5][1:] == ["실패", "-", "-"]
    assert rows("오래 걸린 파일")[0][1:] == ["hwp", "1.0 MB", "12.5초"]


def test_a_sum_that_does_not_add_up_is_shown(make_report):
    counts = FileCounts(seen=100, kept=10, unchanged=60, skipped=7, quarantined=13)
    page = to_html(make_report(1, outcome="failed", failure="core/reading: OSError", counts=counts))
    tree = lxml.html.fromstring(page)
    assert "결말 없음10" in tree.xpath("//ul[@class='sum']")[0].text_content().replace("\n", "")
    assert "읽기 단계에서" in tree.xpath("//header")[0].text_content()


def test_a_first_night_has_a_page_without_trends(make_report):
    tree = lxml.html.fromstring(to_html(make_report(0)))
    assert len(tree.xpath("//figure")) == 3
    assert "할 일 없음" in tree.xpath("//h2")[0].text_content()


def test_a_report_of_before_the_new_fields_has_a_page(make_report):
    old = make_report(1).model_dump(
        exclude={"growth", "checks", "slowest", "skips", "reasons_new", "reviews_open", "free_bytes", "masked"}
    )
    report = make_report(1).model_validate(old)
    assert "이 실행의 검사 기록이 없습니다" in to_html(report)


def test_a_run_without_anything_has_a_page(make_report):
    empty = make_report(0, outcome="failed", failure="OSError", sources={}, steps=[], quarantine=[], publication=None)
    page = to_html(empty.model_copy(update={"counts": FileCounts()}))
    assert "소스를 훑기 전에 끝났습니다" in page


def test_pages_are_written_beside_the_report_and_are_no_reports(make_report, tmp_path):
    home = Home(tmp_path)
    runs = [make_report(n) for n in range(3)]
    for run in runs:
        write_report(home, run)
    page = write_pages(home, runs[1])
    assert page == home.report_html_file(runs[1].run_id)
    # A page of an earlier run shows the runs up to it.
    assert len(lxml.html.parse(str(page)).getroot().xpath("//ol[@class='strip']/li")) == 2
    assert (
        home.report_markdown_file(runs[1].run_id).read_text(encoding="utf-8").startswith("# 곳간 밤 보고서 2026-11-22")
    )
    assert [run.run_id for run in history(home, 9).reports] == [run.run_id for run in runs]
    assert history(home, 9).unreadable == []
