"""The words of budget tables: which stage a heading names, what is money, a total, a rate, or something else altogether."""

import functools
import re
import unicodedata

from schemas.fiscal import Basis, Level, Stage

# A letter that another column refers to (`(A)`, `(B-A)`, `(C/A, %)`) says nothing about the column itself.
_REFERENCE = re.compile(r"\((?:[A-Za-z]|[ㄱ-ㅎ가나다라마바사])(?:[-+/÷×=,%\s]|[A-Za-z]|[ㄱ-ㅎ])*\)")
_UNIT_NOTE = re.compile(r"[(\[<〔【]\s*단\s*위\s*[:：]?[^)\]>〕】]*[)\]>〕】]")
_SPACE = re.compile(r"[\s\u200b]+")

# Read from the top: the first that is found in a heading decides. What a longer word means stands before the shorter one.
_STAGES: tuple[tuple[re.Pattern[str], Stage], ...] = tuple(
    (re.compile(pattern), stage)
    for pattern, stage in (
        (r"추경(?:예산)?(?:\(?안\)?)?\(?(?:증감|증△감|증액|감액)|추가경정.*증감", Stage.SUPP_CHANGE),
        (r"(?:국회|의회|위원회|상임위|예결위).{0,4}(?:증감|증△감|증액|감액|삭감|수정)", Stage.COMMITTEE_CHANGE),
        (r"전용등?(?:증감|증△감)", Stage.ADJ_TRANSFER_TITLE),
        (r"이용등?(?:증감|증△감)", Stage.ADJ_TRANSFER_PROGRAM),
        (r"이체등?(?:증감|증△감)", Stage.ADJ_REORG),
        (r"증감|증△감|증▲감|△감|(?<!부)대비|비교|증가액|감소액|순증감|차액|과부족|삭감|^증액$|^감액$", Stage.CHANGE),
        (r"(?:전년도?|전년도에서|前年度?)(?:예산)?이월|이월(?:받은|액\(전년|예산액)|전년도?로부터", Stage.CARRYOVER_IN),
        (r"이월", Stage.CARRYOVER_OUT),
        (r"불용", Stage.LAPSED),
        (r"예비비(?:사용|지출|증감|증|감|배정|결정)", Stage.ADJ_RESERVE),
        (r"세목조정|목간조정", Stage.ADJ_SEMOK),
        (r"전용(?:증|감|액)", Stage.ADJ_TRANSFER_TITLE),
        (r"이용(?:증|감|액)", Stage.ADJ_TRANSFER_PROGRAM),
        (r"이체(?:증|감|액)", Stage.ADJ_REORG),
        (r"초과지출", Stage.ADJ_EXCESS),
        (r"현액", Stage.CURRENT),
        (r"결산", Stage.SETTLED),
        (r"(?:월|당월|금월)(?:중)?(?:집행|지출)", Stage.EXEC_MONTH),
        (r"집행|(?<!원인)(?<!미)지출액|지출총액|지출누계|(?<!총)지출\(|^지출$|실지출|실집행", Stage.EXEC_YTD),
        (r"지출한도|한도액|한도$|실링", Stage.CEILING),
        (r"배정", Stage.ALLOTMENT),
        (
            r"추경.{0,3}(?:정부안|안$|\(안\))|추경예산\(?안|추가경정예산\(?안|변경(?:계획|예산)?\(?안",
            Stage.SUPP_PROPOSAL,
        ),
        (r"추경|경정|최종예산|최종|수정예산|수정계획|변경예산|변경계획|^수정$|기정", Stage.SUPP_ENACTED),
        (r"요구|신청액|건의액", Stage.REQUEST),
        (
            r"조정\(?안|(?<!위)(?<!구조)조정액?$|(?:기재부|기획처|예산처|예산실)안$|심의\(?안|심의액|검토\(?안|사정액",
            Stage.MOF_REVIEW,
        ),
        (r"(?:국회|의회)?(?:확정|의결)|본예산|당초|성립예산|편성액", Stage.ENACTED),
        (r"중기(?:지방)?(?:재정)?계획|국가재정운용계획", Stage.PLAN),
        (r"상임위|예결위|예결특위|소위", Stage.COMMITTEE),
        (
            r"정부\(?안|예산\(안\)|예산안|계획안\)?$|계획\(안\)$|(?:^|[0-9]|년|연도|년도)(?:안|\(안\))$",
            Stage.GOV_PROPOSAL,
        ),
        (r"향후소요|연차별.{0,4}(?:소요|투자|계획)|투자계획|소요계획|상환계획|(?:차기?|익|명|내)년도?계획", Stage.PLAN),
        (r"\(수정\)$", Stage.SUPP_ENACTED),
        (r"소요예산", Stage.BUDGET),
        (r"예산|지출계획|운용계획|계획액?$", Stage.ENACTED),
        (r"세출액|세입액|(?<!미)(?<!과)수납액", Stage.SETTLED),
        (r"사업비|소요액|투자액|재정지출|총지출|총수입|투입액|지원액", Stage.BUDGET),
    )
)
# A heading that only says that there is money, under which the stage of what stands above or around it counts.
_PLAIN_MONEY = re.compile(
    r"금액|액수|합계|^계$|소계|총계|총액|국비|국고|균특|특교|특별교부|복권기금|교부세|조정교부금|도비|시비|군비|구비|지방비|자부담|민자|기타|보조금?|출연금?|융자금?|"
    r"누계|일반회계|특별회계|재원|세입|세출|수입|지출|비용|경비|[1-4]/4분기|[1-4]분기|상반기|하반기|^1?[0-9]월$"
)
_PAYERS = (
    "국비|국고|균특(?:회계)?|특교세?|특별교부(?:세|금)|복권기금|지방비|시도비|도비|시비|군비|구비|시군구?비|자부담|민자"
)
_AMOUNT = re.compile(rf"(?:금액|액수|^(?:{_PAYERS}))(?:\([^()]*\))?$")
_FUNDING = re.compile(rf"^(?:{_PAYERS})(?:\((?![%％]|비율|비중|율|률)[^()]*\))?$")
_PART = re.compile(
    rf"^(?:{_PAYERS}|기타|보조금?|융자금?|출연금?|출자금?|직접수행|인건비|물건비|운영비|경상(?:이전|보조|비)?|자본(?:이전|보조|지출)?|"
    r"일반(?:회계)?|특별(?:회계)?|기금|본청|사업소|(?:명시|사고|계속비|재)이월(?:액|비)?|명시|사고|계속비|계속(?:사업)?|신규(?:사업)?)$"
)
_KIND_OF_COST = re.compile(
    r"인건비|물건비|운영비|경상(?![남북])|예비비|예치|내부거래|보전지출|전출금|출연금|차입금?상환"
)
_BUDGET_SIGN = re.compile(
    r"예산|결산|사업비|재정|지출|세출|세입|집행|국비|지방비|교부세|교부금|보조금|출연금|재원|소요액|회계|요구액|정부안|"
    r"투자계획|경비|이월|불용|기금운용"
)
_NOT_MONEY = re.compile(
    r"률|비율|비중|(?:목표|계획|대상|배정)액?대비|구성비|증가율|[%％]|퍼센트|점유|달성도|인원|명수|건수|개소|수량|물량|단가|횟수|면적|가중치|목표치?$|(?<!집행)(?<!지출)(?<!결산)(?<!수납)실적치?$|점수|지수|"
    r"순위|연번|순번|번호|코드|비고|기간|일자|날짜|연월|연락처|전화|규모\(|이용자|학생수|가구수|대상자|정원|현원|연령|평점|등급|"
    r"산출기초|산출근거|산출내역|단위$|^단위|시간|일수|거리|용량|톤|㎡|㎢|kW|MW|GDP대비|(?<!자)율(?:$|[(\[])|배율|지표|"
    r"(?:예산|결산|회계|사업|집행|편성|학)[연년]도$|(?:집행|지출|결의|배정|수납|편성|계약)(?:월|일|일자)$|페이지|쪽수?$|"
    r"(?:사업|기관|업체|단체|과제|학교|학급|가구|세대|기업|지역|시설|품목|종목|계좌|사업장)수$|담당|"
    r"원인행위|징수결정|불납결손|미수납|과오납|채권액|채권최고액|발행(?:예정|계획)?액?$|장부가액|담보|전기말|당기말|기말|기초잔"
)
# What there is at the end of a year, and what was added to it or taken from it, is a stock and no budget of the year.
_AT_YEAR_END = re.compile(
    r"^['’‘]?(?:19|20)?[0-9]{2}년?도?말(?:현재|기준)?(?:잔액|현재액|조성액|보유액)?(?:\([^)]*\))?$"
)
_PRICE = re.compile(
    r"단가|1인당|인당|계약금?액|낙찰|입찰|예정금액|추정금액|추정가격|기초금액|(?<!이)월액|월급|봉급|보수월|수당|요금|임대료|임차료\(월|보험료|시급|일당|가격|판매가|정가|매출|수출|수입액\(|기준금액|"
    r"지원단가|기본급|연봉|호봉|급여액|과태료|벌금|수수료|등록금|회비|참가비|분담률|편성기준(?!액)|지급기준|지원기준"
)
# A heading that is but a formula with a division, such as `(B-A)/A` or `C/A`.
_QUOTIENT = re.compile(r"^\(?(?:\([A-Z][-+][A-Z]\)|[A-Z](?:[-+][A-Z])?)[/÷]\(?[A-Z](?:[-+][A-Z])?\)?(?:[×x*]100)?\)?$")
# What is counted over several years, or over no year at all, is of no fiscal year.
# 30~ is an age as likely as a year.
_OPEN_YEAR = r"(?:(?:['’‘][0-9]{2}|(?:19|20)[0-9]{2})년?도?|[0-9]{2}년도?)"
_OPEN_YEARS = rf"^(?:[~∼]{_OPEN_YEAR}|{_OPEN_YEAR}[~∼+])$"
_NO_ONE_YEAR = re.compile(
    r"총사업비|총투자비|(?<![반분조정장단초후전동학중])기(?:투자|지원|집행)|향후|[0-9]년?도?(?:이후|이전|까지)|누적|연평균|연도미상|잔여|"
    rf"{_OPEN_YEARS}|"
    r"(?:19|20)?[0-9]{2}년?도?[~∼\-–](?:['’‘]?(?:19|20)?[0-9]{2})년?도?(?:년?간|소요|합계|계|누계|총액)?$"
)
_LATER_PART = re.compile(r"하반기|[2-4](?:/4)?분기")
_ROW_OF_NO_ONE_YEAR = re.compile(
    r"^(?:총(?:사업비|투자비|투자액|소요액)|기(?:투자|지원|집행)(?:액|금액)?|향후(?:투자|소요|지원)?(?:액|계획)?|잔여(?:사업비|액)?|"
    rf"['’‘]?(?:19|20)?[0-9]{{2}}년?도?(?:이후|이전|까지))$|{_OPEN_YEARS}"
)
# What is to be spent by some month is neither the budget nor what was spent.
_EXECUTION_PLAN = re.compile(
    r"(?:집행|자금배정|자금)(?:계획|목표)|월말?(?:까지)?(?:지출)?(?:계획|목표)액?$|^(?:연간|월별|분기별|조기|신속)(?:계획|목표)액?$"
)
# What is left, expected, saved or two things at once is of no stage.
_NO_STAGE = re.compile(
    r"잔액|잔고|미집행|미지급|미교부|미수령|절감|절약|낭비|(?:집행|지출|결산|세입|세수)(?:전망|예상|추정|예정)|(?:예상|전망|추정)(?:집행|지출|결산)|"
    r"이월.{0,3}불용|불용.{0,3}이월"
)
_ANY_DIFFERENCE = re.compile(r"^\(?[A-Z]['’]?[-−–△][A-Z]['’]?\)?$")
_FORMULA_OF_NAMES = re.compile(r"^\(?[가-힣]{2,8}(?:[-−–][가-힣]{2,8})+\)?$")
_CONTRIBUTION = re.compile(r"^\(?(?:[A-Z]|[①-⑳]|[ⓐ-ⓩ])(?:[-+/=−÷×](?:[A-Z]|[①-⑳]|[ⓐ-ⓩ]|100))*\)?$")
# Money that people earn, firms sell or economies make: no budget, whatever document speaks of it.
_OTHER_MONEY = re.compile(
    r"중위소득|가구소득|가계소득|농가소득|국민소득|소득분위|소득수준|최저임금|최저생계비|경제전망|거시경제|경제지표|매출|수출입|시장규모|시가총액|부가가치|"
    r"경제적효과|생산유발|소송|채권최고액|^(?:주민)?1?인당|"
    r"^(?:명목|실질|경상|1인당)?(?:GDP|GNI|국내총생산|국민총소득)|^(?:총)?(?:수출|생산|거래|피해)액?(?:\(통관\))?$|물가(?:지수)?$|환율$|유가$|임금$|소득$"
)
_TOTAL = re.compile(
    r"^(?:총?합계|총계|소계|계|총액|합\s*계|전체|누계|총지출|총수입|세출합계|세입합계|total)$|(?:합계|소계|총계|누계)$"
)
_BASES = (
    (re.compile(r"총지출"), Basis.TOTAL_EXPENDITURE),
    (re.compile(r"통합재정"), Basis.CONSOLIDATED),
    (re.compile(r"순계"), Basis.NET),
    (re.compile(r"총계(?:규모|기준|예산)|예산총계"), Basis.GROSS),
)
_NUMBER_OF_SUPPLEMENTARY = re.compile(
    r"제?([1-9])\s*회?차?\s*(?:추경|추가경정)|(?:추경|추가경정예산)\(?제?([1-9])[회차]"
)
LABEL_LEVELS: tuple[tuple[re.Pattern[str], Level], ...] = tuple(
    (re.compile(pattern), level)
    for pattern, level in (
        (r"내역사업|세사업|세부항목|기능별|내역$|^내역", Level.SUBPROJECT),
        (r"세부사업", Level.PROJECT),
        (r"단위사업", Level.ACTIVITY),
        (r"프로그램|정책사업|^정책명?$", Level.PROGRAM),
        (r"세목|통계목|목-세목|목세목", Level.SEMOK),
        (r"^목(?:명|별)?$|편성목|지출목|세입목|비목|(?<!성)과목(?!표)", Level.MOK),
        (r"부문", Level.SECTOR),
        (r"분야", Level.FIELD),
        (r"회계|기금명?$", Level.ACCOUNT),
        (r"소관|부처|기관|자치단체|단체명|시도|시·도|실국|부서|지역|구단위", Level.ORG),
        (r"사업명|사업$|주요사업", Level.PROJECT),
    )
)


@functools.lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """A heading without spaces, references to other columns and notes on its unit, NFKC."""
    text = unicodedata.normalize("NFKC", text)
    text = without_unit_note(text)
    text = _REFERENCE.sub("", text)
    return _SPACE.sub("", text).strip("*※·․,:")


@functools.lru_cache(maxsize=65_536)
def stage_of(heading: str) -> Stage | None:
    """The stage that a heading names, or None; `heading` as printed."""
    text = folded(heading)
    if not text or len(text) > 60 or _EXECUTION_PLAN.search(text) or _NO_STAGE.search(text):
        return None
    for pattern, stage in _STAGES:
        if pattern.search(text):
            return stage
    return None


@functools.lru_cache(maxsize=65_536)
def stage_number(heading: str) -> int:
    """Which supplementary budget a heading names, 0 if none."""
    found = _NUMBER_OF_SUPPLEMENTARY.search(folded(heading))
    return int(found.group(1) or found.group(2)) if found else 0


@functools.lru_cache(maxsize=65_536)
def is_plain_money(heading: str) -> bool:
    """Whether a heading says that there is money, without saying of which stage."""
    return bool(_PLAIN_MONEY.search(folded(heading)))


@functools.lru_cache(maxsize=65_536)
def is_execution_plan(text: str) -> bool:
    """Whether a heading or a caption names what is planned to be spent by some month: 집행계획, 6월말 목표."""
    return bool(_EXECUTION_PLAN.search(folded(text)))


def is_amount(heading: str) -> bool:
    """Whether a heading says of its column alone that it is money, beside others that count: 금액, 국비(백만원)."""
    return bool(_AMOUNT.search(folded(heading)))


@functools.lru_cache(maxsize=65_536)
def is_kind_of_cost(label: str) -> bool:
    """Whether a heading or a label names a kind of expense, among which 사업비 is one more: 인건비, 경상운영비, 예비비."""
    text = folded(label)
    return bool(_KIND_OF_COST.search(text)) and not is_stage_alone(text)


@functools.lru_cache(maxsize=65_536)
def is_part(heading: str) -> bool:
    """Whether a heading below a stage names a part of the money: who pays, how it is spent, of which account, how carried over."""
    return bool(_PART.match(without_unit(heading)))


def is_funding(heading: str) -> bool:
    """Whether a heading says who pays, and so that its column is money whether or not a unit is printed: 국비, 시비."""
    return bool(_FUNDING.search(folded(heading)))


@functools.lru_cache(maxsize=65_536)
def is_of_no_one_year(heading: str) -> bool:
    """Whether a heading names money of several years together: 총사업비, 2024년까지, 2027 이후, 2026~2030."""
    return bool(_NO_ONE_YEAR.search(folded(heading)))


def is_part_of_year(heading: str) -> bool:
    """Whether a heading names a later part of a year by itself, so that it says nothing of the year so far: 하반기, 2분기."""
    text = folded(heading)
    return bool(_LATER_PART.search(text)) and "누" not in text and "까지" not in text


@functools.lru_cache(maxsize=65_536)
def is_row_of_no_one_year(label: str) -> bool:
    """Whether a row's label is but the name of money of several years together: 총사업비, 기투자, 2027년 이후."""
    return bool(_ROW_OF_NO_ONE_YEAR.match(without_unit(label).strip("○ㅇ□■●◦-·․•*")))


def is_difference(heading: str) -> bool:
    """Whether a heading is but the difference of two others: `B-A`."""
    return bool(_ANY_DIFFERENCE.match(_SPACE.sub("", unicodedata.normalize("NFKC", heading))))


def is_formula_of_names(heading: str) -> bool:
    """Whether a heading is but the difference of two others by their names: `(예산액-집행액)`."""
    return bool(_FORMULA_OF_NAMES.match(_SPACE.sub("", unicodedata.normalize("NFKC", heading))))


def is_reference(heading: str) -> bool:
    """Whether a heading is but a letter or number by which others refer to it, or a formula of such: A, (B-A), ②-①."""
    return bool(_CONTRIBUTION.match(_SPACE.sub("", heading)))


@functools.lru_cache(maxsize=65_536)
def is_other_money(text: str) -> bool:
    """Whether a caption or label names money that is no budget, such as incomes, sales and wages."""
    return bool(_OTHER_MONEY.search(folded(text)))


@functools.lru_cache(maxsize=65_536)
def is_not_money(heading: str) -> bool:
    """Whether a heading names a rate, a count, a code, a date, a unit price or another thing that is no sum of money."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", heading))
    if is_funding(heading):
        return False  # 국비(50%) says by whom how much of it is paid
    return bool(_NOT_MONEY.search(text) or _PRICE.search(text) or _QUOTIENT.match(text) or _NO_STAGE.search(text))


def is_stock(heading: str) -> bool:
    """Whether a heading names what there is at the end of a year: 2030년말, '30년도 말 현재액."""
    return bool(_AT_YEAR_END.match(folded(heading)))


def is_price(text: str) -> bool:
    """Whether a text speaks of prices, pay or fees, which are money and no budget."""
    return bool(_PRICE.search(folded(text)))


def has_budget_sign(text: str) -> bool:
    """Whether a text speaks of budgets or their execution."""
    return bool(_BUDGET_SIGN.search(folded(text)))


@functools.lru_cache(maxsize=65_536)
def is_total(label: str) -> bool:
    """Whether a label names a sum of others."""
    return bool(_TOTAL.search(folded(label).strip("()○ㅇ□■●◦▷▶-․·ㆍ*<>[]【】〈〉")))


def basis_of(text: str) -> Basis | None:
    """The basis that a text names, or None."""
    text = folded(text)
    for pattern, basis in _BASES:
        if pattern.search(text):
            return basis
    return None


@functools.lru_cache(maxsize=4_096)
def label_level(heading: str) -> Level | None:
    """The level that the heading of a column of labels names, or None."""
    text = folded(heading)
    for pattern, level in LABEL_LEVELS:
        if pattern.search(text):
            return level
    return None


_STAGE_ALONE = re.compile(
    r"^(?!총지출$|총사업비$)(?:총)?(?:(?:세출|세입)결산액?|(?:세출|세입)예산액|사업비|예산액?|본예산|당초예산|추경(?:예산|증감액?)?|최종예산|예산현액|현액|집행액?|지출액|결산액?|(?:다음|차|익|전)?(?:연도|년도)?이월액?|"
    r"불용액?|요구액?|요구안|정부안|확정액?|국회확정|증감액?|배정액?|기정예산|수납액|세출액|세입액|편성액|실집행액?)$"
)


def is_stage_alone(folded_label: str) -> bool:
    """Whether a folded label is nothing but the name of a stage, and so no name of a project."""
    return bool(_STAGE_ALONE.match(folded_label))


_RATIO_ROW = re.compile(
    r"재정(?:자립|자주)도|^\(?(?:[%％]|구성비|비중|비율|증감률|증가율|증감율|신장률|점유율|집행률|대비)\)?(?:\([%％]\))?$|[%％]p?\)$|^\(?(?:[^()]*(?:전년|전기|동기|동월|예산|결산|계획|목표|당초|기정|추경|총지출|총액|GDP|[0-9]년)(?:도|액|치|안)*)?대비\)?$|(?:비율|비중|증감률|증가율|집행률)$|"
    r"^(?:인원|건수|개소|물량|대수|명|건|개)(?:\([^)]*\))?$|"
    r"\((?:천|만|백만)?(?:명|인|건|개|개소|개사|개교|회|가구|세대|호|종|점|톤|t|ha|k?m2?|[kMG]Wh?)\)$|수\(대\)$"
)
_UNIT_BRACKET = re.compile(r"\((?:조|십억|억|백만|천만|천|만)?원\)$")


@functools.lru_cache(maxsize=65_536)
def is_ratio_row(label: str) -> bool:
    """Whether a row's label names a rate or a count, so that nothing in the row is money."""
    return bool(_RATIO_ROW.search(_SPACE.sub("", unicodedata.normalize("NFKC", label)).lstrip("○ㅇ□■●◦-․·•*")))


def without_unit_note(text: str) -> str:
    """A text without the note in brackets that states its unit: `투자계획 (단위: 백만원)` → 투자계획."""
    return _UNIT_NOTE.sub("", text)


def without_unit(label: str) -> str:
    """A folded label without the unit in brackets at its end: `예산액(억원)` → 예산액."""
    return _UNIT_BRACKET.sub("", folded(label))
