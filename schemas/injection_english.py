"""Instructions to an AI as they are worded in English: the best known one in the compact form, the others word by word."""

import re
from collections.abc import Iterator

from schemas.injection_rule import Caution, Rule

_WORD = r"(?: [a-z0-9]++)"
_MODEL = (
    r"(?:ai|ais|assistants?|chatbots?|chatgpt|gpt|llms?|language models?|large language models?|copilot|claude|gemini)"
)
_OF_BEFORE = (
    r"(?:all|any|every|everything|the|of|your|my|these|those|that|other|and|or|previous|previously|prior|above|earlier|preceding|foregoing|"
    r"former|initial|original|system|developer|safety|existing|current|past|given)"
)
_MUST_BEFORE = (
    r"(?:previous|previously|prior|above|earlier|preceding|foregoing|former|initial|original|system|developer|safety|existing|your|"
    r"allthe|allof|allyour|allthese|any|everything)"
)


def english_rules() -> Iterator[Rule]:
    """Wordings in English; the best known one in the compact form, the others word by word."""
    yield Rule(
        Caution.INSTRUCTION,
        "compact",
        (
            "instruct",
            "prompt",
            "direct",
            "rule",
            "guide",
            "guard",
            "command",
            "order",
            "polic",
            "programming",
            "training",
            "restrict",
        ),
        re.compile(
            rf"(?:ignor(?:e|ing)|disregard|forget|overrid(?:e|ing)|bypass|neglect|overlook|discard|pay(?:ing)?noattentionto|donotfollow|dontfollow|"
            rf"stopfollowing){_OF_BEFORE}{{0,6}}?{_MUST_BEFORE}{_OF_BEFORE}{{0,4}}?"
            r"(?:instruction|prompt|direction|rule|guideline|guardrail|command|order|directive|constraint|polic|programming|training|restriction|"
            r"filter|protocol)"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("ignore", "forget", "disregard"),
        re.compile(
            r"\b(?:ignore|forget|disregard) (?:everything|all|anything)(?: that)?(?: (?:you|i|we|was|is|has|have|were)\b)*+"
            r" (?:above|before|said|told|written|been told|been|know|learned|instructed)\b"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("prompt", "instruction", "message", "rules"),
        re.compile(
            r"\b(?:reveal|print|show|output|repeat|display|leak|disclose|tell|give|expose|dump|share|recite|write|summarize|"
            rf"what (?:is|are)){_WORD}{{0,5}}?"
            r" (?:your|system|hidden|secret|initial|original|developer)"
            r"(?: (?:system|hidden|secret|initial|original|full|entire)\b)*+ "
            r"(?:prompt|instructions?|(?<=system )message|(?<=your )rules)\b"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("you",),
        re.compile(
            r"\b(?:you are|youre|you re|you will be|you shall be) now (?:"
            r"(?:dan|free from|unrestricted|jailbroken|no longer bound|in [a-z]++ mode)\b|"
            rf"(?:a|an|my|the|acting|operating|going){_WORD}{{0,4}}? "
            rf"(?:{_MODEL}|bot|hacker|unrestricted|evil|admin|administrator|developer|agent|persona|character|system|terminal)\b)"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("from now on",),
        re.compile(
            r"\bfrom now on(?: you| your)?(?: (?:will|must|should|are|only|always|never)\b)*+ "
            r"(?:respond|answer|ignore|act|speak|reply|an? |dan|obey|output)"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("act as", "behave", "pretend", "roleplay", "role play", "respond as", "answer as"),
        re.compile(
            r"\b(?:act|behave|respond|answer|roleplay|role play|pretend)(?: (?:as|like|to be|that|you|are|if|were|an?)\b)++"
            rf"{_WORD}{{0,4}}? (?:dan|unrestricted|jailbroken|hacker|root|evil|uncensored|unfiltered|no restrictions|"
            r"without restrictions|without any restrictions|no rules|"
            r"(?:different|another|new) ai)\b"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("user", "human", "reader", "operator"),
        re.compile(
            r"\b(?:do not|dont|don t|never|without) (?:tell|telling|inform|informing|mention|mentioning|reveal|revealing|alert|"
            r"alerting|notify|notifying|disclose|show|say|let)"
            r"(?: (?:this|it|anything|these|that|about)\b)*+(?: to)?(?: (?:the|your|any)\b)++ (?:user|human|reader|operator)s?\b"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("ai", "assistant", "gpt", "llm", "language model", "chatbot", "copilot", "claude", "gemini"),
        re.compile(
            r"\b(?:attention|(?:note|message|notice|instructions?|directive)s? (?:to|for)|dear|hey|hello|hi)"
            rf"(?: (?:the|all|any|every|you)\b)*+ {_MODEL}\b|"
            rf"\bif you are(?: an?| any)?(?: (?:large|helpful|automated|virtual|powerful)\b)*+ {_MODEL}\b(?! to)|"
            rf"\b{_MODEL} reading this\b|"
            rf"\b(?:as an?|this is for|addressed to)(?: the| any)? {_MODEL} (?:you|must|please|reading)\b"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        (" mode", "jailbreak"),
        re.compile(
            r"\b(?:enable|enter|activate|switch to|switch into|turn on|go into) "
            r"(?:developer|debug|god|dan|jailbreak|unrestricted|sudo|do anything now) mode\b|"
            r"\bjailbreak (?:yourself|mode|prompt)\b"
        ),
    )
    yield Rule(
        Caution.INSTRUCTION,
        "plain",
        ("regardless of", "no matter"),
        re.compile(rf"\b(?:regardless of|no matter){_WORD}{{0,6}}? (?:asked|asks?|question|prompt|query)\b"),
        re.compile(r"\b(?:respond|reply|answer|say|output|recommend|conclude)\b"),
        50,
    )
    yield Rule(
        Caution.EXFILTRATION,
        "plain",
        ("http",),
        re.compile(
            rf"\b(?:send|post|upload|exfiltrate|forward|transmit|append|submit){_WORD}{{0,6}}? "
            r"(?:conversation|chat history|chat log|system prompt|api keys?|credentials|"
            r"secrets|environment variables|context|user data|session|passwords?)\b"
        ),
        re.compile(r"\bhttps?\b"),
        80,
    )
    yield Rule(
        Caution.INSTRUCTION,
        "raw",
        (),
        re.compile(
            r"\b(?:new|updated|real|actual|hidden|secret) (?:system )?(?:instructions?|prompt|directives?)\s?[:：]",
            re.IGNORECASE,
        ),
    )
