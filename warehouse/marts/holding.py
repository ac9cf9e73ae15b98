"""What is held, by source, kind, office and year."""

from schemas.records.element import ElementRecord
from schemas.records.holding import Holding
from schemas.records.placement import Placement
from schemas.records.quarantine import Quarantine
from schemas.records.reading import ReadingRecord
from warehouse.marts import Mart

MART = Mart(
    record=Holding,
    question="무엇을 얼마나 가지고 있고, 무엇을 가지지 못했는가?",
    inputs=(Placement, ReadingRecord, ElementRecord, Quarantine),
)
