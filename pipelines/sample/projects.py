"""The invented projects of welfare and of the government's own offices, and all projects together."""

from pipelines.sample.offices import BUDGET_OFFICE, COMMON_FOLDER, FARM_OFFICE, LAND_OFFICE, WELFARE_OFFICE
from pipelines.sample.project import (
    BUDGET_YEAR,
    CLOSED_YEARS,
    REQUEST_YEAR,
    Coded,
    Former,
    Indicator,
    Project,
    Year,
    years,
)
from pipelines.sample.projects_farm import (
    FISHING_BOATS,
    GREEN_TRACTORS,
    GREENHOUSES,
    OLD_SHOPS,
    SHOP_DIGITAL,
    SHOP_RESTART,
)
from pipelines.sample.projects_land import AIR_STATIONS, CITY_RIVERS, COUNTRY_ROADS, WATER_PIPES

__all__ = [
    "BUDGET_OFFICE",
    "BUDGET_YEAR",
    "CLOSED_YEARS",
    "COMMON_FOLDER",
    "FARM_OFFICE",
    "LAND_OFFICE",
    "PROJECTS",
    "REQUEST_YEAR",
    "WELFARE_OFFICE",
    "Coded",
    "Former",
    "Indicator",
    "Project",
    "Year",
    "projects_of",
]

_WELFARE = Coded("온누리복지부", "971")
_ADMINISTRATION = Coded("다온행정부", "972")
_FOREIGN = Coded("한빛외교부", "975")

VILLAGE_CARE = Project(
    "마을돌봄 나눔터 운영",
    WELFARE_OFFICE,
    _WELFARE,
    Coded("사회복지", "080"),
    Coded("아동·보육", "084"),
    Coded("지역사회 돌봄체계 구축", "2100"),
    Coded("생활권 돌봄", "2131"),
    "301",
    "보조",
    (("나눔터 운영비 지원", 720), ("돌봄교사 처우개선", 190), ("나눔터 환경개선", 90)),
    (("330-01", "자치단체경상보조", 905), ("210-01", "일반수용비", 15), ("330-03", "자치단체자본보조", 80)),
    Indicator(
        "나눔터 이용 아동 수", "명", "12월 말 등록 이용 아동 수", ((2025, "31,200"), (2026, "36,500"), (2027, "44,000"))
    ),
    years(
        Year(41_200, 39_800, 40_150, 320, 39_412, 410),
        Year(46_900, 44_300, 44_820, 410, 43_955, 380),
        Year(58_600, 52_400, 53_160),
        71_500,
    ),
)
SENIOR_MEALS = Project(
    "어르신 안심식사 지원",
    WELFARE_OFFICE,
    _WELFARE,
    Coded("사회복지", "080"),
    Coded("노인", "085"),
    Coded("지역사회 돌봄체계 구축", "2100"),
    Coded("생활권 돌봄", "2131"),
    "302",
    "보조",
    (("경로식당 급식 지원", 560), ("재가 도시락 배달", 390), ("영양 관리 인력", 50)),
    (("330-01", "자치단체경상보조", 940), ("320-01", "민간경상보조", 50), ("220-01", "국내여비", 10)),
    Indicator(
        "결식 우려 어르신 지원율",
        "%",
        "지원 인원 ÷ 결식 우려 인원 × 100",
        ((2025, "82.0"), (2026, "86.5"), (2027, "90.0")),
    ),
    years(
        Year(128_400, 121_900, 123_500, 1_240, 121_306, 980),
        Year(139_700, 131_600, 132_940, 980, 131_875, 1_105),
        Year(155_200, 143_800, 145_030),
        168_900,
    ),
)
CHILD_VOUCHER = Project(
    "아이키움 바우처 지원",
    WELFARE_OFFICE,
    _WELFARE,
    Coded("사회복지", "080"),
    Coded("아동·보육", "084"),
    Coded("양육친화 환경 조성", "2200"),
    Coded("양육비 부담 완화", "2231"),
    "301",
    "보조",
    (("시간제 돌봄 바우처", 640), ("발달 지원 바우처", 330), ("바우처 전산 운영", 30)),
    (("330-01", "자치단체경상보조", 965), ("260-02", "전산운용비", 25), ("210-14", "일반용역비", 10)),
    Indicator(
        "바우처 이용 가구 만족도",
        "점",
        "이용 가구 표본조사 5점 척도 평균",
        ((2025, "4.1"), (2026, "4.2"), (2027, "4.3")),
    ),
    years(
        Year(212_600, 205_300, 206_700, 0, 203_918, 0),
        Year(231_800, 219_400, 221_250, 0, 216_004, 0),
        Year(247_300, 228_900, 226_480),
        259_700,
    ),
)
ACCESS_TAXI = Project(
    "장애인 이동나래 지원",
    WELFARE_OFFICE,
    _WELFARE,
    Coded("사회복지", "080"),
    Coded("취약계층지원", "082"),
    Coded("장애인 자립생활 보장", "2300"),
    Coded("이동권 보장", "2331"),
    "303",
    "보조",
    (("특별교통수단 운영", 610), ("광역 이동지원센터", 290), ("차량 교체 보조", 100)),
    (("330-01", "자치단체경상보조", 880), ("330-03", "자치단체자본보조", 100), ("210-01", "일반수용비", 20)),
    Indicator(
        "평균 배차 대기시간", "분", "호출부터 승차까지 걸린 시간의 평균", ((2025, "38"), (2026, "31"), (2027, "25"))
    ),
    years(
        Year(35_900, 33_200, 34_050, 150, 33_480, 210),
        Year(38_700, 36_100, 36_900, 210, 36_244, 302),
        Year(45_300, 41_700, 42_380),
        52_100,
    ),
)
YOUTH_SAVINGS = Project(
    "청년 첫걸음 적금 지원",
    WELFARE_OFFICE,
    _WELFARE,
    Coded("사회복지", "080"),
    Coded("취약계층지원", "082"),
    Coded("청년 자산형성 지원", "2400"),
    Coded("청년 저축 장려", "2431"),
    "304",
    "출연",
    (("저축 장려금", 930), ("운영기관 위탁", 70)),
    (("350-01", "일반출연금", 970), ("210-14", "일반용역비", 30)),
    Indicator("만기 유지율", "%", "만기 해지 계좌 ÷ 가입 계좌 × 100", ((2025, "58.0"), (2026, "63.0"), (2027, "68.0"))),
    years(
        Year(98_000, 84_500, 85_200, 0, 61_733, 5_400),
        Year(92_300, 71_000, 70_150, 5_400, 58_906, 2_150),
        Year(80_400, 60_300, 59_870),
        66_000,
    ),
)
DIGITAL_OFFICE = Project(
    "디지털 행정기반 정비",
    BUDGET_OFFICE,
    _ADMINISTRATION,
    Coded("일반·지방행정", "010"),
    Coded("일반행정", "016"),
    Coded("행정 디지털 전환", "1500"),
    Coded("공통 기반 운영", "1531"),
    "301",
    "직접",
    (("공통 업무시스템 유지", 520), ("노후 장비 교체", 310), ("업무 전산화 지원", 170)),
    (("260-02", "전산운용비", 540), ("430-01", "자산취득비", 310), ("260-01", "일반연구비", 150)),
    Indicator(
        "업무시스템 가동률", "%", "정상 가동시간 ÷ 총 운영시간 × 100", ((2025, "99.5"), (2026, "99.7"), (2027, "99.9"))
    ),
    years(
        Year(88_300, 80_900, 81_640, 2_310, 79_127, 3_020),
        Year(95_100, 86_200, 86_980, 3_020, 85_611, 2_740),
        Year(112_700, 98_500, 99_310),
        124_800,
    ),
)
CONTROL_ROOM = Project(
    "재난안전 통합관제 구축",
    BUDGET_OFFICE,
    _ADMINISTRATION,
    Coded("공공질서및안전", "020"),
    Coded("재난관리", "025"),
    Coded("재난 대응 역량 강화", "1600"),
    Coded("상황 관리", "1631"),
    "300",
    "보조",
    (("통합관제센터 구축", 580), ("경보 단말 보급", 300), ("관제요원 교육", 120)),
    (("330-03", "자치단체자본보조", 600), ("420-03", "시설비", 280), ("210-01", "일반수용비", 120)),
    Indicator(
        "상황 전파 소요시간", "초", "접수부터 유관기관 전파까지의 평균", ((2025, "170"), (2026, "140"), (2027, "110"))
    ),
    years(
        Year(52_000, 46_300, 47_250, 4_100, 42_880, 6_950),
        Year(61_800, 55_400, 56_730, 6_950, 55_012, 5_870),
        Year(73_500, 64_200, 66_050),
        82_300,
    ),
)
STATISTICS = Project(
    "국가지표 품질관리",
    BUDGET_OFFICE,
    _ADMINISTRATION,
    Coded("일반·지방행정", "010"),
    Coded("일반행정", "016"),
    Coded("행정 디지털 전환", "1500"),
    Coded("자료 품질", "1532"),
    "302",
    "직접",
    (("지표 품질 진단", 620), ("표본 재설계", 380)),
    (("260-01", "일반연구비", 560), ("210-01", "일반수용비", 240), ("220-01", "국내여비", 200)),
    Indicator(
        "품질 진단 완료 지표 수", "개", "당해 연도 진단을 마친 지표 수", ((2025, "48"), (2026, "60"), (2027, "72"))
    ),
    years(
        Year(7_480, 6_910, 6_950, 0, 6_702, 0),
        Year(7_920, 7_130, 7_180, 0, 6_994, 0),
        Year(9_350, 8_260, 8_310),
        10_140,
    ),
)
ABROAD_SAFETY = Project(
    "재외국민 안전망 운영",
    BUDGET_OFFICE,
    _FOREIGN,
    Coded("외교·통일", "030"),
    Coded("외교", "032"),
    Coded("재외국민 보호", "1700"),
    Coded("해외 안전", "1731"),
    "301",
    "직접",
    (("긴급 구조 대응", 470), ("현지 안전 협력망", 330), ("안전 여행 안내", 200)),
    (("210-01", "일반수용비", 420), ("220-02", "국외여비", 350), ("210-14", "일반용역비", 230)),
    Indicator(
        "현지 도착 소요시간", "시간", "신고부터 현지 도착까지의 중앙값", ((2025, "19"), (2026, "15"), (2027, "12"))
    ),
    years(
        Year(18_400, 17_100, 17_350, 0, 16_988, 120),
        Year(19_900, 18_200, 18_460, 120, 17_905, 240),
        Year(24_600, 21_900, 22_140),
        28_300,
    ),
    former=Former("해외 사건사고 지원", Coded("해외 안전", "1731"), "301"),
)

PROJECTS: tuple[Project, ...] = (
    VILLAGE_CARE,
    SENIOR_MEALS,
    CHILD_VOUCHER,
    ACCESS_TAXI,
    YOUTH_SAVINGS,
    DIGITAL_OFFICE,
    CONTROL_ROOM,
    COUNTRY_ROADS,
    STATISTICS,
    GREEN_TRACTORS,
    ABROAD_SAFETY,
    CITY_RIVERS,
    WATER_PIPES,
    AIR_STATIONS,
    GREENHOUSES,
    SHOP_DIGITAL,
    SHOP_RESTART,
    FISHING_BOATS,
    OLD_SHOPS,
)


def projects_of(office: str) -> list[Project]:
    """The projects that a budget office reviews in the budget year."""
    return [project for project in PROJECTS if project.office == office and project.has_year(BUDGET_YEAR)]
