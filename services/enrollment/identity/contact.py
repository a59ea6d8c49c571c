"""Telephone numbers and e-mail addresses, in the form in which they can be used."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_

_MAXIMUM_CHARACTERS = 120
_COUNTRY = "PE"
_OF_NUMBERS = re.compile(r"[0-9+() .*#-]+")
_DECIMAL = re.compile(r"\.[0-9](?![0-9])")
_SEPARATORS = re.compile(r"[/,;|]| y | o ")
_ATOM = r"[^@\s,;:<>()\"\[\]\\.]+"
_LABEL = r"[^\W_]([\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@({_LABEL}\.)+[A-Za-z]{{2,24}}")


def read_phone(text: str) -> str:
    """Returns a number in the form of ITU-T E.164; one without a country is of Peru. Of several it is the first.

    Raises `RejectedError` if no number is one that can be called.
    """
    candidates = _SEPARATORS.split(text) if len(text) <= _MAXIMUM_CHARACTERS else []
    for candidate in candidates:
        if number := _called(candidate.strip()):
            return number
    raise RejectedError(PHONE_UNUSABLE)


def read_email(text: str) -> str:
    """Returns an e-mail address without the spaces around it. Raises `RejectedError` if it has not the form of one."""
    address = text.strip()
    if len(address) > _MAXIMUM_CHARACTERS or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise RejectedError(EMAIL_UNUSABLE)
    return address


def national_number(phone: str) -> str:
    """Returns the digits of a stored number as people write them at home."""
    return re.sub(r"\D", "", phone.removeprefix("+51"))


def _called(text: str) -> str | None:
    plain = text.removesuffix(".0")
    if not _OF_NUMBERS.fullmatch(plain) or _DECIMAL.search(plain):
        return None
    try:
        number = phonenumbers.parse(plain, _COUNTRY)
    except NumberParseException:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


PHONE_UNUSABLE = Rejection(
    "phone_unusable",
    N_("This is not a telephone number that can be called."),
    field="phone",
    remedy=N_("Write the nine digits of a mobile phone, or a landline with its area, such as 076 362345."),
)
EMAIL_UNUSABLE = Rejection(
    "email_unusable",
    N_("This is not an e-mail address."),
    field="email",
    remedy=N_("Write one address, such as rosa@example.org."),
)
