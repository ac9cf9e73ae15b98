"""What a Fiscal Data Package says of its columns, in either of its ways: `mapping`/`model` of v0.3 or `columnType` of v1.0."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.jsonrows.descriptors import field_names, resources_of, schema_fields
from connectors.jsonrows.parsing import is_scalar, text_of
from schemas.currencies import minor_digits
from schemas.fiscal import Level
from schemas.money import Unit

_CURRENCY = re.compile("[A-Z]{3}")
_KOREAN_UNITS = {1: "원", 1_000: "천원", 10_000: "만원", 1_000_000: "백만원", 100_000_000: "억원", 10**12: "조원"}
_DAY = re.compile(r"((?:19|20)\d{2})-(\d{2})-\d{2}")
_YEAR_WORDS = re.compile(r"year|fiscal|anno|ano|ciclo|jahr|회계연도|연도", re.IGNORECASE)
_PAID_WORDS = re.compile(r"execut|paid|payment|지급|집행", re.IGNORECASE)
_LEVEL_WORDS: tuple[tuple[re.Pattern[str], Level], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), level)
    for pattern, level in (
        (r"sub-?project|내역사업", Level.SUBPROJECT),
        (r"project|세부사업", Level.PROJECT),
        (r"sub-?program|단위사업", Level.ACTIVITY),
        (r"program|프로그램", Level.PROGRAM),
        (r"administrat|institution|ministry|portfolio|department|agency|소관|부처", Level.ORG),
        (r"^fund|fin-?source|account|회계", Level.ACCOUNT),
        (r"expense[ -]?type|expenditure[ -]?type|kategori|지출목|통계목|item", Level.MOK),
        (r"functional|분야", Level.FIELD),
        (r"economic", Level.MOK),
    )
)
_STEPS: dict[str, tuple[Level, ...]] = {
    "administrative-classification": (Level.ORG,),
    "functional-classification": (Level.FIELD, Level.SECTOR),
    "economic-classification": (Level.MOK, Level.SEMOK),
    "fin-source": (Level.ACCOUNT,),
}
_ACTIVITIES = {
    "program": Level.PROGRAM,
    "subprogram": Level.ACTIVITY,
    "project": Level.PROJECT,
    "subproject": Level.SUBPROJECT,
    "contract": Level.SUBPROJECT,
}
_LEVEL_NUMBER = re.compile(r"^level(\d)$")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of money: where it stands and what the descriptor says of all its cells; None where it does not.

    `currency` is ISO 4217, `factor` how many units of it one printed unit is; `phase`, `direction` and `year` as printed.
    `decimal` and `group` are the marks in its numbers.
    """

    source: str
    currency: str | None = None
    factor: Decimal = Decimal(1)
    phase: str | None = None
    direction: str | None = None
    year: str | None = None
    decimal: str = "."
    group: str = ","

    def unit(self, currency: str) -> Unit | None:
        """The unit that its numbers are printed in; None if that is no whole number of minor units, or no currency's code."""
        if not _CURRENCY.fullmatch(currency):
            return None
        multiplier = self.factor * 10 ** minor_digits(currency)
        if multiplier != multiplier.to_integral_value() or multiplier <= 0:
            return None
        whole = int(self.factor) if self.factor == self.factor.to_integral_value() else None
        raw = _KOREAN_UNITS.get(whole or 0) if currency == "KRW" else None
        return Unit(
            raw or (currency if self.factor == 1 else f"{self.factor.normalize():f} {currency}"),
            int(multiplier),
            currency,
        )


@dataclass(slots=True)
class FiscalModel:
    """A resource's columns by what they mean; values are the names of columns, or of constants what is in `constants`."""

    measures: list[Measure] = field(default_factory=list)
    labels: list[tuple[Level, str]] = field(default_factory=list)
    codes: list[tuple[Level, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    special: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    period: tuple[str, str] | None = None
    title: str = ""
    granularity: str = ""


def model_for(descriptor: dict[str, Any], names: Sequence[str]) -> FiscalModel | None:
    """What a descriptor says of a table with these headings; None if no resource has exactly these fields."""
    for resource in resources_of(descriptor):
        if field_names(resource) == list(names):
            return _model(descriptor, resource)
    return None


def _model(descriptor: dict[str, Any], resource: dict[str, Any]) -> FiscalModel:
    texts = [descriptor.get(key) for key in ("title", "name", "description")]
    model = FiscalModel(
        title=" ".join(text for text in texts if isinstance(text, str)),
        granularity=text_of(descriptor.get("granularity")) if is_scalar(descriptor.get("granularity")) else "",
    )
    period = descriptor.get("fiscalPeriod")
    if isinstance(period, dict):
        model.period = (text_of(period.get("start")), text_of(period.get("end")))
    marks = {
        text_of(item["name"]): (text_of(item.get("decimalChar")) or ".", text_of(item.get("groupChar")) or ",")
        for item in schema_fields(resource)
    }
    if any("columnType" in item for item in schema_fields(resource)):
        _take_column_types(model, resource, marks)
    else:
        mapping = descriptor.get("mapping") or descriptor.get("model")
        _take_mapping(model, mapping if isinstance(mapping, dict) else {}, marks)
    return model


def _take_mapping(model: FiscalModel, mapping: Mapping[str, Any], marks: Mapping[str, tuple[str, str]]) -> None:
    for name, item in _named(mapping.get("measures")):
        source = text_of(item.get("source")) or name
        decimal, group = marks.get(source, (".", ","))
        model.measures.append(
            Measure(
                source,
                text_of(item.get("currency")) or None,
                _decimal(item.get("factor")),
                text_of(item.get("phase")) or None,
                text_of(item.get("direction")) or None,
                name if _has_year(name) else source if _has_year(source) else None,
                decimal,
                group,
            )
        )
    for name, item in _named(mapping.get("dimensions")):
        attributes = list(_named(item.get("attributes")))
        kind = text_of(item.get("dimensionType"))
        step = 0
        for key, attribute in attributes:
            source = text_of(attribute.get("source"))
            if not source:
                continue
            if kind == "datetime" or (not kind and name in ("date", "year")):
                is_year = any(_YEAR_WORDS.search(word) for word in (key, source))
                (model.years if is_year else model.dates).append(source)
                continue
            is_label = "labelfor" in attribute or bool(re.search(r"label|title|name", key))
            is_code = not is_label and bool(re.search(r"code|id$", key))
            step += "labelfor" not in attribute
            level = _level_of(name, item, source, step)
            if level is None:
                model.others.append(source)
            else:
                (model.codes if is_code else model.labels).append((level, source))
    paid = [date for date in model.dates if _PAID_WORDS.search(date)]
    model.dates = paid or model.dates


def _take_column_types(model: FiscalModel, resource: dict[str, Any], marks: Mapping[str, tuple[str, str]]) -> None:
    extra = schema_fields(resource, "extraFields")
    types = {text_of(item["name"]): text_of(item.get("columnType")) for item in (*schema_fields(resource), *extra)}
    for item in extra:
        if "constant" in item and is_scalar(item["constant"]):
            model.constants[types[text_of(item["name"])]] = text_of(item["constant"])
    for item in schema_fields(resource):
        name, kind = text_of(item["name"]), types[text_of(item["name"])]
        normalized = item.get("normalize")
        if kind == "value" or isinstance(normalized, dict):
            said = {
                types.get(text_of(key), ""): text_of(value)
                for key, value in (normalized.items() if isinstance(normalized, dict) else ())
            }
            phase = said.get("phase:id") or said.get("phase:label") or None
            year = said.get("date:fiscal-year") or (name if _has_year(name) else None)
            decimal, group = marks.get(name, (".", ","))
            model.measures.append(
                Measure(
                    name,
                    said.get("value-currency:code"),
                    _decimal(item.get("factor")),
                    phase,
                    said.get("direction"),
                    year,
                    decimal,
                    group,
                )
            )
        elif kind == "date:fiscal-year":
            model.years.append(name)
        elif kind.startswith("date:"):
            model.dates.append(name)
        elif kind:
            _take_dimension(model, name, kind)


def _take_dimension(model: FiscalModel, name: str, kind: str) -> None:
    parts = kind.split(":")
    level = None
    if parts[0] == "activity":
        level = next((_ACTIVITIES[part] for part in parts[1:] if part in _ACTIVITIES), None)
    elif parts[0] in _STEPS:
        steps = _STEPS[parts[0]]
        numbers = [int(match[1]) for part in parts if (match := _LEVEL_NUMBER.match(part))]
        number = numbers[0] if numbers else {"group": 2, "class": 3}.get(parts[2] if len(parts) > 2 else "", 1)
        # what is below the last level that we know is a finer name of the same
        level = steps[min(number, len(steps)) - 1]
    if level is None:
        model.special.setdefault(kind, name)
    elif "code" in parts:
        model.codes.append((level, name))
    else:
        model.labels.append((level, name))


def _level_of(name: str, dimension: Mapping[str, Any], source: str, step: int) -> Level | None:
    kind = text_of(dimension.get("classificationType"))
    steps = _STEPS.get(f"{kind}-classification")
    if steps is not None:
        return steps[min(max(step, 1), len(steps)) - 1]
    for word in (name, source):
        for pattern, level in _LEVEL_WORDS:
            if pattern.search(word):
                return level
    return None


def year_of_period(model: FiscalModel) -> int | None:
    """The fiscal year of a period of at most one year: the year in which it begins."""
    if model.period is None:
        return None
    start, end = (re.match(r"((?:19|20)\d{2})(?:-(\d{2}))?", text) for text in model.period)
    if start is None:
        return None
    if end is None:
        return int(start[1])
    months = (int(end[1]) - int(start[1])) * 12 + int(end[2] or 12) - int(start[2] or 1)
    return int(start[1]) if months < 12 else None


def month_of(text: str) -> tuple[int, int] | None:
    """Year and month of a day as ISO 8601 prints it; None for anything else."""
    match = _DAY.match(text.strip())
    return (int(match[1]), int(match[2])) if match and 1 <= int(match[2]) <= 12 else None


def _has_year(text: str) -> bool:
    return re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text) is not None


def _named(node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Named objects, as an object of objects or as a list of objects with names."""
    if isinstance(node, dict):
        yield from ((text_of(key), value) for key, value in node.items() if isinstance(value, dict))
    elif isinstance(node, list):
        yield from ((text_of(item.get("name")), item) for item in node if isinstance(item, dict))


def _decimal(node: Any) -> Decimal:
    try:
        factor = Decimal(text_of(node) or "1") if is_scalar(node) else Decimal(1)
    except InvalidOperation:
        return Decimal(0)
    return factor if factor.is_finite() and Decimal("1e-6") <= factor <= Decimal("1e15") else Decimal(0)
