"""Figures that share a cell or stand in brackets: 예산액 over (집행액), each of the stage that its own line names."""

import re
from collections.abc import Sequence

from connectors.tables import words, years
from connectors.tables.headings import stacked
from schemas.fiscal import Stage

_WRAPPED = re.compile(r"^[(（]\s*([^()（）]+?)\s*[)）]$")
_WITH_BRACKET = re.compile(r"^(.+?)\s*[(（]\s*([^()（）]+?)\s*[)）]$")
_MAX_STAGE = 12


def unwrapped(text: str) -> str | None:
    """What stands in the round brackets that are all of a text, such as the second figure of `예산액 (집행액)`."""
    match = _WRAPPED.match(text.strip())
    return match.group(1) if match else None


def row_stage(label: str) -> Stage | None:
    """The stage that a row's label names, where the label is nothing but the name of one, in brackets or not."""
    label = unwrapped(label) or label
    folded = years.without_relative(years.without_year(words.without_unit(label)))
    if len(folded) > _MAX_STAGE:
        return None
    stage = words.stage_of(label)
    return stage if stage is not None and words.is_stage_alone(folded) else None


def names_stages(label: str) -> bool:
    """Whether a label is the name of a stage, or stacks such names and rates: 예산액, (집행액), 집행률(%)."""
    lines = stacked(label)
    stages = [row_stage(line) for line in lines if not words.is_ratio_row(line)]
    return row_stage(label) is not None or (len(lines) > 1 and bool(stages) and None not in stages)


def stages_of_pair(path: Sequence[str]) -> tuple[Stage, Stage] | None:
    """The stages that the lowest heading names for a figure and for the one in brackets below it: `예산 (집행)`."""
    match = _WITH_BRACKET.match(" ".join(path[-1].split())) if path else None
    if match is None:
        return None
    first, second = words.stage_of(match.group(1)), row_stage(match.group(2))
    return (first, second) if first is not None and second is not None else None
