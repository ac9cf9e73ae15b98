"""What officials do to the files of the share in a day: write, edit, and make one more draft."""

import io
import zipfile
from xml.sax.saxutils import escape

from pipelines.sample import projects
from pipelines.sample.item import Item
from pipelines.sample.manuscript import compose
from pipelines.sample.share import Share
from pipelines.sample.shelves.shelving import document
from pipelines.sample.truth import TableTruth, VersionTruth
from pipelines.sample.writers.archive import pack_archive
from schemas.elements import Cell
from schemas.identity import digest_bytes
from schemas.outcome import Outcome

_YEAR = projects.BUDGET_YEAR
_BODY = "Contents/section0.xml"
_EXTENSIONS = ("txt", "hwpx", "docx", "md", "hwp")
_LABELS = ("진짜진짜최종", "최종_보고용", "보고 후 수정", "확정본")
_LONGEST_NAME = 200

_SUBJECTS = (
    "사업설명자료의 산출기초를 단가와 물량으로 나누어 다시 적었다",
    "부처가 낸 요구서에서 전년도 금액이 빠진 곳을 찾아 되돌려 보냈다",
    "집행 현황의 기준일을 매달 마지막 업무일로 맞추기로 하였다",
    "국회에서 받은 서면 질의를 사업별로 나누어 담당자에게 넘겼다",
    "성과지표의 목표값을 정한 까닭을 사업마다 한 줄로 적게 하였다",
    "보조사업의 지방비 부담 비율을 시·도별 표로 옮겼다",
    "연구용역의 과업지시서에서 겹치는 과업을 골라냈다",
)
_DECISIONS = (
    "다음 협의 때까지 고친 자료를 받기로 하였다",
    "고친 금액은 다음 주 요구서에 반영하기로 하였다",
    "판단이 갈린 부분은 표로 만들어 과장에게 보고하기로 하였다",
    "바뀐 기준은 다음 달 자료부터 쓰기로 하였다",
    "지난해 자료와 견주어 본 결과를 붙이기로 하였다",
)


def new_documents(folders: list[str], night: int) -> list[Item]:
    """A day's log in each of the offices' folders, in formats that take turns; no two nights say the same."""
    items: list[Item] = []
    for number, folder in enumerate(folders):
        at = night * len(folders) + number
        subject, decision = _SUBJECTS[at % len(_SUBJECTS)], _DECISIONS[at % len(_DECISIONS)]
        text = (
            f"○ {_YEAR}년 업무 일지 {at}호이며, 이날은 {subject}.\n"
            f"○ {at}호에 적은 일은 담당 사무관이 확인하였고 {decision}."
        )
        title = f"업무 일지 {at}호"
        path = f"{folder}/{_YEAR}년/일지/{title}.{_EXTENSIONS[at % len(_EXTENSIONS)]}"
        items.append(document(path, compose(text, title=title), _YEAR, "업무일지"))
    return items


def edited_paths(share: Share, source: str, file_format: str) -> list[str]:
    """The files of a source that `append_row` (for `csv`) or `append_sentence` (for `plain`) can edit."""
    return [
        item.truth.path
        for item in share.of_source(source)
        if item.truth.outcome is Outcome.KEPT
        and item.truth.format == file_format
        and item.truth.path.endswith((".csv", ".txt"))
        and not item.truth.must_not_find
        and (file_format != "csv" or len(item.truth.tables) == 1)
        and len(item.truth.path.rpartition("/")[2].encode()) < _LONGEST_NAME
    ]


def append_row(share: Share, path: str, night: int, modified_ns: int) -> str:
    """Add a row with a remark below a CSV table; the file's path."""
    item = share.placed[path]
    [table] = item.truth.tables
    remark = f"{night - 1}일째에 다시 확인함"
    row = [remark, *[""] * (table.grid.n_cols - 1)]
    content = item.content + (",".join(row) + "\r\n").encode(_encoding(item.content))
    n_rows = table.grid.n_rows + 1
    cells = [*table.grid.cells, *(Cell(row=n_rows, col=col, text=text) for col, text in enumerate(row, start=1))]
    grid = table.grid.model_copy(update={"n_rows": n_rows, "cells": cells})
    tables = (TableTruth(grid=grid, amounts=table.amounts),)
    return share.edit(
        path,
        content,
        modified_ns,
        passages=(remark,),
        tables=tables,
        must_find=(*item.truth.must_find, remark),
    )


def append_sentence(share: Share, path: str, night: int, modified_ns: int) -> str:
    """Add a paragraph to the end of a text file; the file's path."""
    item = share.placed[path]
    sentence = f"○ {night - 1}일째에 이 글을 다시 읽고 바뀐 것이 없음을 확인하여 한 줄을 덧붙인다."
    content = item.content + f"\r\n{sentence}\r\n".encode(_encoding(item.content))
    must_find = (*item.truth.must_find, sentence)
    return share.edit(path, content, modified_ns, passages=(sentence,), must_find=must_find)


def next_draft(share: Share, number: int, modified_ns: int) -> tuple[str, str]:
    """Write one more draft of a report, which is the one that counts from now on.

    Args:
        share: the share.
        number: which family's turn it is, from 0.
        modified_ns: when it is written.

    Returns:
        Its path, and that of the draft that counted until now.
    """
    families = _families(share)
    drafts = families[sorted(families)[number % len(families)]]
    last = max(drafts, key=_draft_number)
    version = last.truth.version
    assert version is not None
    label = _LABELS[number // len(families) % len(_LABELS)] + _times(number // (len(families) * len(_LABELS)))
    folder = last.truth.path.rpartition("/")[0]
    path = f"{folder}/{version.family}_{label}.hwpx"
    sentence = f"○ 보고를 마치고 {version.number + 1}번째로 고친 것이며, 앞선 {version.number}개의 판은 쓰지 않는다."
    content = _with_closing_line(last.content, sentence)
    final = next(item for item in drafts if item.truth.version is not None and item.truth.version.is_final)
    _demote(share, final)
    new = last.with_truth(
        path=path,
        size_bytes=len(content),
        sha256=digest_bytes(content),
        must_find=(*last.truth.must_find, sentence),
        title_words=tuple(word for word in last.truth.title_words if word in path.rpartition("/")[2]),
        version=VersionTruth(family=version.family, number=version.number + 1, label=label, is_final=True),
    )
    written = Item(new.truth, content, passages=(*last.passages, sentence), mode=last.mode)
    share.add(written, modified_ns)
    return path, final.truth.path


def corrected_draft(share: Share, number: int, left_alone: list[str]) -> tuple[str, str]:
    """Rename a draft whose name says that it is the last one although it is not; its old and new path.

    Args:
        share: the share.
        number: which one's turn it is, from 0.
        left_alone: paths that must stay where they are.
    """
    drafts = [item for item in share.placed.values() if item.truth.version and not item.truth.version.is_final]
    free = [item for item in drafts if item.truth.path not in left_alone]
    wrong = [item for item in free if item.truth.version and "최종" in item.truth.version.label] or free
    item = sorted(wrong, key=lambda draft: draft.truth.path)[number % len(wrong)]
    version = item.truth.version
    assert version is not None
    folder, _, name = item.truth.path.rpartition("/")
    label = f"{version.number}차안{_times(name.count('차안'))}"
    corrected = version.model_copy(update={"label": label})
    path = f"{folder}/{version.family}_{label}.{name.rpartition('.')[2]}"
    return share.move(item.truth.path, path, version=corrected)


def _families(share: Share) -> dict[str, list[Item]]:
    """The drafts of every report whose last one can be edited and that nobody has sent out by mail."""
    mails = "\n".join(
        passage for item in share.placed.values() if item.truth.format == "eml" for passage in item.passages
    )
    families: dict[str, list[Item]] = {}
    for _, item in sorted(share.placed.items()):
        if item.truth.version is not None and item.truth.version.family not in mails:
            families.setdefault(item.truth.version.family, []).append(item)
    return {
        family: drafts
        for family, drafts in families.items()
        if max(drafts, key=_draft_number).truth.format == "hwpx" and share.is_open(drafts[-1])
    }


def _draft_number(item: Item) -> int:
    return item.truth.version.number if item.truth.version else 0


def _demote(share: Share, item: Item) -> None:
    version = item.truth.version
    assert version is not None
    share.placed[item.truth.path] = item.with_truth(version=version.model_copy(update={"is_final": False}))


def _times(count: int) -> str:
    return f"({count + 1})" if count else ""


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp949"
    return "utf-8"


def _with_closing_line(hwpx: bytes, text: str) -> bytes:
    """The same HWPX document with one more paragraph at its end."""
    with zipfile.ZipFile(io.BytesIO(hwpx)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    paragraph = (
        '<hp:p id="0" paraPrIDRef="0" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0">'
        f'<hp:run charPrIDRef="0"><hp:t>{escape(text)}</hp:t></hp:run></hp:p>'
    )
    body, mark, end = parts[_BODY].decode().rpartition("</hs:sec>")
    parts[_BODY] = f"{body}{paragraph}{mark}{end}".encode()
    return pack_archive(parts)
