"""Makes `json_series.json`: scalars, lists joined out, equal keys, numbers to the last digit, and a keyed table.

python tests/golden/makers/open_data.py
"""

from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "sources"
SERIES = """{"unit": "원", "built": ["마을살림_2025.csv", "마을살림_2026.csv"],
 "items": [
  {"name": "숲길 정비", "ministry": "맑은숲청", "담당": {"과": "숲길과", "전화": null},
   "series": [{"year": 2025, "amount": 1042000000}, {"year": 2026, "amount": 0}]},
  {"name": "빈 사업", "ministry": "맑은숲청", "series": []},
  {"name": "뚝섬 나루", "ministry": "강변청", "series": [{"year": 2026, "amount": 12.50, "비고": "가\\n나"}]}],
 "분야": {"010": {"이름": "일반·지방행정", "비중": 1.0}, "020": {"이름": "공공질서", "비중": 2}},
 "주석": "하나", "주석": "둘", "없음": null, "참": true}
"""

if __name__ == "__main__":
    (SOURCES / "json_series.json").write_text(SERIES, encoding="utf-8")
