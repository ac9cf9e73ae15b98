"""Markdown comes out as headings, items, tables and code, with HTML inside it read as HTML."""

from connectors.contract import Blob
from connectors.formats.markdown import FORMAT
from schemas.elements import Flag

TEXT = """# 예산 안내

첫 **문단**은 [링크](http://example.org)와
두 줄이다.

## 세출

- 하나
  - 안쪽
1. 첫째

| 사업 | 금액 |
|------|-----:|
| 전산 \\| 망 | 1,000 |
| 운영 |

```sql
SELECT 1;
```

<table><tr><td colspan="2">합계</td></tr><tr><td>1</td><td>2</td></tr></table>
"""


def test_blocks_become_elements_with_lines_and_sections():
    blob = Blob(TEXT.encode("cp949"), "안내.md")
    document = FORMAT.read(blob)

    assert FORMAT.sniff(blob) == 0.6
    assert document.title == "예산 안내"
    assert [(e.kind.value, e.text, e.locator.line_start) for e in document.elements] == [
        ("title", "예산 안내", 1),
        ("narrative_text", "첫 문단은 링크와\n두 줄이다.", 3),
        ("title", "세출", 6),
        ("list_item", "하나", 8),
        ("list_item", "안쪽", 9),
        ("list_item", "첫째", 10),
        ("table", "사업\t금액\n전산 | 망\t1,000\n운영", 12),
        ("narrative_text", "SELECT 1;", 17),
        ("table", "합계\n1\t2", 21),
    ]
    assert [element.level for element in document.elements[:3]] == [1, None, 2]
    assert document.elements[8].section_path == ["예산 안내", "세출"]
    grid = document.elements[8].table
    assert grid is not None
    assert [(c.row, c.col, c.col_span) for c in grid.cells] == [(1, 1, 2), (2, 1, 1), (2, 2, 1)]


def test_other_text_is_left_to_others():
    assert FORMAT.sniff(Blob(b"# title", "a.txt")) == 0.0
    assert FORMAT.sniff(Blob(b"\x00\x01", "a.md")) == 0.0


def test_lists_in_lists_are_read_and_what_lies_too_deep_is_told():
    def read(depth):
        return FORMAT.read(Blob("".join("  " * n + f"- 항목{n}\n" for n in range(depth)).encode(), "a.md"))

    assert (len(read(40).elements), read(40).flags) == (40, [])
    assert read(200).flags == [Flag.LOW_COVERAGE]
