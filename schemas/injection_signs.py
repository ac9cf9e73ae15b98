"""Signs of an attack on an AI that are no wording: marks of a chat's roles, links that carry content away, hidden letters."""

import re
from collections.abc import Iterator

from schemas.injection_rule import Caution, Rule

_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
)


def sign_rules() -> Iterator[Rule]:
    """Signs in the text as it stands."""
    yield Rule(
        Caution.ROLE_MARK,
        "raw",
        ("|", "｜", "INST]", "inst]", "<<"),
        re.compile(
            r"[<＜][|｜] ?(?:im_start|im_end|im_sep|system|user|assistant|endoftext|eot_id|begin_of_text|start_header_id|"
            r"end_header_id|end_of_turn|tool)[^|｜\n]{0,20}[|｜][>＞]|\[/?INST\]|<<\s{0,3}/?SYS\s{0,3}>>",
            re.IGNORECASE,
        ),
    )
    yield Rule(
        Caution.ROLE_MARK,
        "raw",
        ("<",),
        re.compile(
            r"</?(?:start_of_turn|end_of_turn|system_prompt|system_instructions?|tool_calls?|tool_use|tool_response|"
            r"function_calls?|function_results?|assistant|system)>",
            re.IGNORECASE,
        ),
    )
    yield Rule(
        Caution.ROLE_MARK,
        "raw",
        ("role",),
        re.compile(r"[\"']role[\"']\s{0,3}:\s{0,3}[\"'](?:system|assistant|developer|tool)[\"']"),
    )
    yield Rule(
        Caution.ROLE_MARK,
        "raw",
        (),
        re.compile(
            r"^[ \t>*]{0,8}#{2,4} ?(?:system|instructions?|assistant|human|user) ?:|"
            r"^[ \t>*\[\"'“○\-]{0,8}(?:system|assistant|developer|시스템|어시스턴트) ?[\]:：] ?"
            r"(?:you |너|당신|ignore|from now|이전|지금부터|이제부터)",
            re.IGNORECASE | re.MULTILINE,
        ),
    )
    yield Rule(
        Caution.EXFILTRATION,
        "raw",
        ("](", "<img", "<IMG"),
        re.compile(
            r"!\[[^\]\n]{0,100}\]\([ <]{0,3}https?://[^\s)]{1,300}?[?&](?:q|d|data|payload|secret|content|text|msg|"
            r"prompt|query|token|leak|info|log|exfil|conversation|history|context)=|"
            r"!?\[[^\]\n]{0,100}\]\([ <]{0,3}https?://[^\s)?]{1,300}\?[^\s)]{0,200}?(?:\{|%7B|\[|%5B|\$|<)|"
            r"<img[^>]{0,100}\bsrc=[\"']?https?://[^\"'>\s?]{1,300}\?[^\"'>\s]{0,200}?"
            r"(?:\{|%7B|\[|\$|(?:q|data|secret|prompt|conversation)=)",
            re.IGNORECASE,
        ),
    )
    yield Rule(
        Caution.HIDDEN_TEXT,
        "raw",
        (),
        re.compile(
            # tag characters (the flags of parts of a country are spelled with them), letters each followed by nothing seen,
            # long runs of nothing seen, and writing turned around where it reads in another direction
            r"(?<![\U000e0020-\U000e007f\U0001f3f4])[\U000e0020-\U000e007e]{2}|"
            rf"(?:[0-9A-Za-z가-힣][{_INVISIBLE}]{{1,4}}){{4}}[0-9A-Za-z가-힣]|[{_INVISIBLE}]{{8}}|"
            r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4}|\u202e[^\u202c\n]{0,4}[A-Za-z가-힣]|\u202d[^\u202c\n]{0,2}[A-Za-z가-힣]"
        ),
    )
    yield Rule(
        Caution.ENCODED,
        "plain",
        ("base64", "b64", "rot13"),
        re.compile(r"\b(?:base ?64|b64|rot ?13)"),
        re.compile(
            r"(?:decode|decoding|디코딩|디코드|해독|복호화|풀어서?)[a-z가-힣0-9 ]{0,30}"
            r"(?:execute|follow|run|obey|실행|따르|따라|수행|이행)|"
            r"(?:execute|follow|obey|실행|따르|수행)[a-z가-힣0-9 ]{0,20}(?:decode|디코딩|해독)"
        ),
        60,
    )
    yield Rule(
        Caution.ENCODED,
        "plain",
        ("base64", "b64", "rot13", "base 64"),
        re.compile(
            r"\b(?:decode|decrypt|디코딩|해독)[a-z가-힣0-9 ]{0,30}\b(?:base ?64|b64|rot ?13)[a-z가-힣0-9 ]{0,30}"
            r"\b(?:execute|follow|run|obey|do what|실행|따르|수행)"
        ),
    )
    yield Rule(
        Caution.ROLE_MARK,
        "raw",
        ("Assistant",),
        re.compile(r"^(?:Human|User) ?:", re.MULTILINE),
        re.compile(r"^Assistant ?:", re.MULTILINE),
        400,
    )
