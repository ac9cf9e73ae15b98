"""Reports that were drafted several times: what stays, and what each draft changed, in the true order of the drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.sample import projects
from pipelines.sample.offices import BUDGET_OFFICE, FARM_OFFICE, LAND_OFFICE, WELFARE_OFFICE


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft.

    Args:
        mark: what its file's name adds to the report's.
        blanks: what it fills the report's blanks with.
        extra_millions: by how much the amount asked for in its table is off what was sent in the end.
    """

    mark: str
    blanks: Mapping[str, str] = field(default_factory=dict)
    extra_millions: int = 0

    @property
    def label(self) -> str:
        """What the file's name calls the draft."""
        return self.mark.strip(" _-()")


@dataclass(frozen=True, slots=True)
class Report:
    """A report with its drafts; the last is the one that was sent.

    Args:
        name: its title, in every draft.
        office: whose it is.
        folder: where it lies below the folder of the request year.
        extension: of its files.
        project: the project whose request stands in its table.
        template: the text, with blanks.
        drafts: in their true order.
    """

    name: str
    office: str
    folder: str
    extension: str
    project: projects.Project
    template: str
    drafts: tuple[Draft, ...]


FRAMEWORK_BLANKS: dict[str, dict[str, str]] = {
    "초안": {
        "lead": "이 보고는 {year}년도 예산을 어떤 틀로 짤 것인지 과 안에서 먼저 논의하려고 만든 것이다.",
        "rate": "12",
        "extra": "",
    },
    "수정": {
        "lead": "이 보고는 {year}년도 예산을 어떤 틀로 짤 것인지 과 안의 논의를 거쳐 고친 것이다.",
        "rate": "10",
        "extra": "○ 지방이 부담할 몫이 늘어나는 사업은 시·도와 협의한 결과를 붙이게 한다.",
    },
    "최종": {
        "lead": "이 보고는 {year}년도 예산을 어떤 틀로 짤 것인지 국장 검토를 거쳐 정리한 것이다.",
        "rate": "10",
        "extra": "○ 지방이 부담할 몫이 늘어나는 사업은 시·도와 협의한 결과를 붙이게 한다.",
    },
    "진짜최종": {
        "lead": "이 보고는 {year}년도 예산을 어떤 틀로 짤 것인지 국장 검토와 실장 보고를 거쳐 확정한 것이다.",
        "rate": "8",
        "extra": "○ 지방이 부담할 몫이 늘어나는 사업은 시·도와 협의한 결과를 붙이게 한다.",
    },
}

FRAMEWORK = """
Ⅰ. 보고의 배경

○ {lead}
○ 지난해에는 부처의 요구가 한도를 넘어 심의 기간이 두 주 길어졌다.

Ⅱ. 편성의 틀

□ 총량

○ 재량지출의 구조조정 목표는 {rate}퍼센트로 한다.
○ 구조조정으로 마련한 재원의 절반은 돌봄과 안전에 먼저 쓴다.

□ 우선순위

○ 첫째는 농촌의 돌봄 공백을 메우는 일이고, 둘째는 재난 정보를 한데 모으는 일이다.
○ 셋째는 집행이 더딘 사업을 줄여 다음 해의 부담을 더는 일이다.

[표 요구]

Ⅲ. 쟁점과 검토 의견

□ 한도를 넘긴 부처

○ 요구액이 한도를 넘긴 부처에는 초과분을 스스로 조정하라고 알리고, 조정하지 않으면 요구서를 돌려보낸다.

□ 새로운 사업

○ 새로운 사업은 예비타당성 검토나 사전 평가를 마친 것만 심의에 올린다.
{extra}

Ⅳ. 앞으로의 일정

○ 6월에 부처 협의를 마치고, 8월에 조정안을 확정한 뒤 9월 3일까지 국회에 제출한다.
"""

REPORTS = (
    Report(
        "나눔터 최소 인원 시범사업 검토보고",
        WELFARE_OFFICE,
        "나눔터 시범사업",
        "hwpx",
        projects.VILLAGE_CARE,
        """
        1. 시범사업의 틀

        ○ 인구감소지역 가운데 {counties}개 군에서 최소 인원을 12명으로 낮추어 한 해 동안 운영한다.
        ○ 평가는 아동 한 명에 드는 비용과 보호자의 만족도를 함께 본다.

        2. 소요

        ○ {cost}

        [표 요구]

        3. 위험과 대책

        ○ 아동이 8명 아래로 줄면 이웃 나눔터와 합치고, 교사는 이동 돌봄 차량에 태운다.
        """,
        (
            Draft("_v1", {"counties": "31", "cost": "인건비는 도가 절반을 부담하는 것으로 가정하였다."}, 1_900),
            Draft("_최종", {"counties": "31", "cost": "인건비는 도의 확답이 없어 국비로 모두 잡았다."}, 1_900),
            Draft("_v3", {"counties": "24", "cost": "인건비는 도의 확답이 없어 국비로 모두 잡았다."}, 700),
            Draft(
                "_최종(수정)",
                {"counties": "24", "cost": "인건비의 3분의 1을 도가 부담하기로 4월 9일 협의회에서 정하였다."},
            ),
        ),
    ),
    Report(
        "하천 복원 구간 우선순위 검토",
        LAND_OFFICE,
        "하천 우선순위",
        "docx",
        projects.CITY_RIVERS,
        """
        1. 순위를 매긴 방법

        ○ 안전 등급, 하수관 분리율, 상인 동의율을 {weights}의 무게로 더하였다.

        2. 첫째 순위 구간

        ○ {first}

        [표 요구]

        3. 남은 일

        ○ 동의율이 70퍼센트에 못 미친 네 구간은 상인회와 다시 만난 뒤 순위를 매긴다.
        """,
        (
            Draft("_최종", {"weights": "5 대 3 대 2", "first": "버들천 하류 1.2킬로미터를 첫째로 둔다."}, 2_300),
            Draft("_진짜최종", {"weights": "4 대 4 대 2", "first": "버들천 하류 1.2킬로미터를 첫째로 둔다."}, 2_300),
            Draft(
                " - 복사본",
                {"weights": "4 대 4 대 2", "first": "분리율이 94퍼센트인 느티천 중류 0.9킬로미터를 첫째로 둔다."},
            ),
        ),
    ),
    Report(
        "골목상점 단말 보급 계획",
        FARM_OFFICE,
        "단말 보급",
        "hwpx",
        projects.SHOP_DIGITAL,
        """
        1. 보급의 규모

        ○ 한 해에 {terminals}를 보급하고, 고장에 대비한 예비품을 3퍼센트 둔다.

        2. 비용을 주는 때

        ○ {payment}

        [표 요구]

        3. 교육

        ○ 이웃 가게 주인 320명을 강사로 뽑아 한 골목에 두 번씩 찾아간다.
        """,
        (
            Draft("_초안", {"terminals": "1만 5,000대", "payment": "설치한 날 비용을 모두 준다."}, 4_600),
            Draft("_v2", {"terminals": "1만 5,000대", "payment": "석 달의 사용 기록을 본 뒤 나머지를 준다."}, 4_600),
            Draft("_최종", {"terminals": "1만 2,400대", "payment": "석 달의 사용 기록을 본 뒤 나머지를 준다."}, 800),
            Draft(
                "_최종_복사본", {"terminals": "1만 2,400대", "payment": "여섯 달 안에 석 달의 기록이 있으면 준다."}, 800
            ),
            Draft("_v3", {"terminals": "1만 2,400대", "payment": "여섯 달 안에 석 달의 사용 기록이 있으면 모두 준다."}),
        ),
    ),
    Report(
        "국회 예산안 설명 요지",
        BUDGET_OFFICE,
        "국회 설명",
        "docx",
        projects.CONTROL_ROOM,
        """
        1. 설명의 순서

        ○ 재난 대응을 먼저 설명하고, 줄인 사업의 까닭은 물음이 나오면 답한다.

        2. 힘주어 말할 점

        ○ {point}

        [표 요구]

        3. 조심할 점

        ○ 지역별 센터 위치는 확정되기 전이므로 숫자만 말하고 이름은 말하지 않는다.
        """,
        (
            Draft("_1차", {"point": "통합관제센터 14곳을 여는 것을 앞세운다."}, 3_100),
            Draft("_진짜최종", {"point": "통합관제센터 14곳과 경보 단말 9,300대를 함께 말한다."}, 3_100),
            Draft("_최종", {"point": "부지 확보를 마친 곳에만 교부하도록 바꾸어 이월을 줄였다는 점을 앞세운다."}),
        ),
    ),
    Report(
        "상수관망 투자 계획",
        LAND_OFFICE,
        "상수관망 투자",
        "hwp",
        projects.WATER_PIPES,
        """
        1. 투자의 순서

        ○ 유수율이 낮은 {blocks}개 블록부터 바꾸고, 감지기는 관을 바꾼 블록에 먼저 단다.

        2. 재원

        ○ {money}

        [표 요구]

        3. 점검

        ○ 블록마다 공사 앞뒤의 밤 유량을 재어 줄어든 누수를 적는다.
        """,
        (
            Draft("_v1", {"blocks": "140", "money": "군 지역의 국비 비율은 50퍼센트로 둔다."}, -6_200),
            Draft("_v2", {"blocks": "140", "money": "군 지역의 국비 비율을 70퍼센트로 올린다."}, -6_200),
            Draft("_최종(수정)", {"blocks": "118", "money": "군 지역의 국비 비율을 70퍼센트로 올린다."}, -1_500),
            Draft(
                "_최종",
                {"blocks": "118", "money": "군 지역의 국비 비율을 70퍼센트로 올리되 관망도를 고친 군에만 적용한다."},
            ),
        ),
    ),
    Report(
        "연안어선 안전 대책",
        FARM_OFFICE,
        "어선 안전",
        "hwpx",
        projects.FISHING_BOATS,
        """
        1. 사고의 모습

        ○ 지난 세 해의 연안어선 사고 412건 가운데 홀로 조업하던 배가 {alone}건이었다.

        2. 대책

        ○ {measure}

        [표 요구]

        3. 어민의 의견

        ○ 조끼가 일에 걸린다는 말이 많아 허리에 두르는 형태를 섞어 보급한다.
        """,
        (
            Draft("_v1", {"alone": "164", "measure": "발신기를 끄면 과태료를 물린다."}, 1_200),
            Draft("_진짜최종", {"alone": "171", "measure": "발신기를 끄면 과태료를 물린다."}, 1_200),
            Draft("_v2", {"alone": "171", "measure": "과태료 대신 끌 수 없는 발신기로 바꾸고 위치를 암호로 보낸다."}),
        ),
    ),
)

PILOT_LETTER = """온누리복지부 재정담당께

나눔터 최소 인원 시범사업의 검토보고를 보내 드립니다.

지난주에 드린 파일은 이름이 '최종'이지만 고치기 전의 것이니 지워 주십시오. 붙임이 마지막으로 정리한 것입니다.
달라진 점은 두 가지입니다. 대상이 31개 군에서 24개 군으로 줄었고, 도가 인건비의 3분의 1을 부담합니다.

복지예산과 담당 사무관 드림
"""

TERMINALS_LETTER = """바른산업부 소상공인담당께

단말 보급 계획의 확정본을 붙입니다.

공유 폴더에 여러 판이 남아 있는데, 확정본은 v3입니다. '최종'과 그 복사본은 비용을 주는 때가 다르게 적혀 있으니 쓰지 마십시오.
물량은 1만 2,400대로 같고, 사용 기록은 여섯 달 안의 석 달로 봅니다.

농림산업예산과 담당 사무관 드림
"""
