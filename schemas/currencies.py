"""Minor units of currencies (ISO 4217), for amounts of open data that name a currency by its code."""

_WITHOUT_MINOR = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_OF_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_digits(currency: str) -> int:
    """Decimal digits of a currency's minor unit: 0 for KRW, 2 for most."""
    return 0 if currency in _WITHOUT_MINOR else 3 if currency in _OF_THREE else 2


def in_major(amount_minor: int, currency: str) -> str:
    """An exact amount in whole units of its currency as plain decimal text: 123456 EUR is `1234.56`."""
    digits = minor_digits(currency)
    if digits == 0:
        return str(amount_minor)
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{'-' if amount_minor < 0 else ''}{whole}.{part:0{digits}}"
