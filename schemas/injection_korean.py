"""Instructions to an AI as they are worded in Korean, matched in the compact form: spaces between letters change nothing."""

import re
from collections.abc import Iterator

from schemas.injection_rule import Caution, Rule

_AI = (
    r"(?:생성형)?(?:ai|인공지능|챗봇|언어모델|거대언어모델|llm|gpt|chatgpt|챗지피티|챗gpt|제미나이|클로드|코파일럿|어시스턴트|assistant|"
    r"ai에이전트)"
)
_AI_ANCHORS = (
    "ai",
    "인공지능",
    "챗봇",
    "언어모델",
    "llm",
    "gpt",
    "지피티",
    "클로드",
    "제미나이",
    "코파일럿",
    "어시스턴트",
    "assistant",
)
_AI_KIND = r"(?:모델|시스템|어시스턴트|비서|봇|에이전트|도우미)?"
_EARLIER = (
    r"(?:이전|앞선|앞서|앞에|앞의|위의|위에|위|기존|지금까지|여태|모든|일체의|원래|당초|시스템|너의|너에게|네|당신의|당신에게|개발자|관리자|"
    r"운영자|사전|상기|먼저|받은|주어진|입력된|설정된|previous|system)"
)
_FORGET = (
    r"(?:무시|잊|따르지마|따르지말|버려|버리고|버릴|무효화|어기|어겨|덮어|초기화|지워|벗어나|우회|파기|제쳐|신경쓰지마|신경쓰지말|"
    r"개의치)"
)
_FORGETTING = (
    "무시",
    "잊",
    "따르지",
    "버",
    "무효",
    "어기",
    "어겨",
    "덮",
    "초기화",
    "지워",
    "벗어",
    "우회",
    "파기",
    "제쳐",
    "신경",
    "개의",
)
_DO = r"(?:하라|하여라|하시오|하십시오|하세요|해라|해줘|해주세요|해주십시오|해달라|할것|하지마|하지말)"
_DONE_BY_AI = (
    r"(?:무시|출력|답|대답|답변|응답|회신|요약|추천|평가|말|공개|작성|포함|삭제|전송|발송|호출|실행|승인|표시|분류|기록|판단|수행|언급|번역|"
    r"선택|결론|부여|보고|제시|강조|칭찬|인용|생략|제외|중단|변경|간주|처리)"
)
_ORDER = re.compile(
    rf"{_DONE_BY_AI}{_DO}|(?:따르|알려주|보여주|내주|보내)(?:라|시오|십시오|세요|지마|지말)|따라야한다|(?:알려|보여|보내|말해)(?:줘|주세요|달라)|"
    r"(?:적|써)(?:어라|라|으세요|으시오|어줘|줘)|(?:따를|보낼|알릴|넣을|적을|쓸)것"
)


def korean_rules() -> Iterator[Rule]:
    """Wordings in Korean, in the compact form: spaces between letters change nothing."""
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        _FORGETTING,
        re.compile(
            rf"{_EARLIER}[가-힣]{{0,10}}?(?:지시|명령|프롬프트|instruction|prompt)(?:문|어|사항|내용|들|s){{0,2}}[가-힣]{{0,8}}?{_FORGET}"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("무시", "잊"),
        re.compile(
            rf"{_EARLIER}[가-힣]{{0,10}}?(?:지침|규칙|제한|제약|대화|맥락|역할|안전장치|안전수칙|가이드라인|설정|학습)(?:들|사항|내용)?"
            rf"[가-힣]{{0,6}}?(?:무시{_DO}|무시하고(?:너|넌|다음|아래|지금|이제|당신|내|오직)|잊(?:어|으세요|으십시오|으라|고(?:너|다음|아래|이제|지금)))"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("프롬프트", "prompt", "지시문", "명령문"),
        re.compile(
            r"(?:시스템|숨은|숨겨진|초기|내부|원본|전체|너의|네|당신의|설정된|system|위의?)[가-힣]{0,4}(?:프롬프트|지시문|명령문|prompt)[가-힣]{0,14}?"
            r"(?:출력|공개|보여|알려|말해|누설|유출|나열|반복|적어|복사|써줘|밝혀|요약|표시|인쇄|되풀이|토해)"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("너의", "네지", "네가받", "당신의", "당신이받"),
        re.compile(
            r"(?:너의|네|당신의|네가받은|당신이받은)(?:지침|지시사항|지시|규칙|설정)[가-힣]{0,8}?(?:출력|공개|보여|알려줘|말해|나열|반복|밝혀|적어)"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("너는", "넌", "네가", "당신은", "자네는"),
        re.compile(
            r"(?:너는|넌|네가|당신은|자네는)(?:이제부터|지금부터|이제|더이상|앞으로|오늘부터)|"
            r"(?:이제부터|지금부터|앞으로)[가-힣]{0,2}(?:너는|넌|네가|당신은|자네는)"
        ),
        re.compile(
            rf"역할|모드|{_AI}|비서|따르|따라야|{_DONE_BY_AI}(?:{_DO}|해야)|행동|연기|척|제한|규칙|해커|검열|아무런제약|관리자|자유로"
        ),
        40,
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        _AI_ANCHORS,
        re.compile(rf"{_AI}{_AI_KIND}(?:에게|에게는|께|께서는|는|은|라면|이라면|야|여|님|들은|들에게)"),
        _ORDER,
        60,
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("읽", "요약", "처리", "분석", "검토", "평가", "번역"),
        re.compile(
            rf"(?:문서|글|메일|파일|본문|내용|메시지|페이지|자료|문장)(?:를|을)(?:읽|요약|처리|분석|검토|평가|번역|보고있)[가-힣]{{1,6}}"
            rf"(?:{_AI}|모델|에이전트|시스템|비서){_AI_KIND}"
        ),
        _ORDER,
        60,
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        _AI_ANCHORS,
        re.compile(
            rf"(?:당신이|네가|너가|귀하가|혹시|만약|만일)[가-힣]{{0,8}}{_AI}{_AI_KIND}(?:라면|이라면|이면|인경우|일경우)"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("사용자", "이용자", "질문자", "유저"),
        re.compile(
            r"(?:사용자|이용자|질문자|유저)(?:에게|한테|께)?(?:는|도|절대|절대로)?[가-힣]{0,16}?"
            r"(?:(?:알리지|알려주지|말하지|밝히지|언급하지|보여주지|드러내지|노출하지)(?:는)?(?:마|말고|말것|말라|말아라)|비밀로(?:하라|해라|할것|하고|해))"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("질문", "묻", "물", "요청하면", "항상", "무조건"),
        re.compile(
            r"무엇을(?:묻|물)|뭘물|어떤질문|누가물|질문이|질문에|질문을받|묻더라도|묻든|물어도|물으면|물어보면|요청하면|항상|무조건"
        ),
        re.compile(rf"(?:(?:라고만?|다고만?|로만)(?:답|대답|답변|응답|출력|회신)|고만말)(?:{_DO}|해야)"),
        40,
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("모드",),
        re.compile(
            r"(?:탈옥|jailbreak|dan|무제한|무검열|악마)모드(?:를|로|가)?(?:활성|전환|진입|켜|시작|바꿔|들어가|작동)|"
            r"(?:너는|너를|당신은|지금부터|이제)[가-힣]{0,8}(?:개발자|디버그|관리자)모드"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        ("지시", "프롬프트"),
        re.compile(
            r"(?:다음|아래|이|새로운|새)(?:지시|프롬프트)(?:사항|문)?(?:을|를|만|에|에만)?(?:최우선|무조건|즉시|오직|가장먼저|반드시그대로)[가-힣]{0,6}?"
            r"(?:따르|따라|수행|실행|복종|이행)"
        ),
    )
    yield Rule(
        Caution.EXFILTRATION,
        "compact",
        ("대화", "프롬프트", "api", "토큰", "환경변수", "컨텍스트", "자격증명", "비밀키", "검색된", "세션"),
        re.compile(
            r"(?:대화내용|대화기록|대화전체|이전대화|대화이력|시스템프롬프트|apikey|api키|액세스토큰|접근토큰|인증토큰|환경변수|컨텍스트|자격증명|비밀키|검색된문서|세션정보)"
        ),
        re.compile(
            r"(?:http|url|webhook|웹훅|외부|서버|링크|주소)[가-힣a-z0-9]{0,40}?(?:전송|보내|발송|업로드|post|첨부|붙여|덧붙)"
        ),
        60,
    )
    yield Rule(
        Caution.INSTRUCTION,
        "raw",
        (),
        re.compile(
            r"(?:AI|인공지능|챗봇|언어\s?모델|LLM|ChatGPT|GPT|어시스턴트|[Aa]ssistant)\s?(?:모델|시스템|비서|어시스턴트|에이전트)?\s?"
            r"(?:에게|께|(?:에\s?대한|용|전용|을\s?위한|를\s?위한)?\s?(?:지시|명령|지시문|지시사항|명령문))\s?[:：\]】]"
        ),
    )
