"""What sorts of personal data are called when a person reads them; JSON keeps the codes."""

from collections.abc import Iterable
from typing import Final

from gallra.model.message import said
from gallra.report.language import Say

ENTITY_NAMES: Final = {
    "BIOMETRIC_OR_GENETIC": said("biometric or genetic data"),
    "CREDIT_CARD": said("card number"),
    "CRIMINAL_OFFENCE": said("criminal offences"),
    "DATE_OF_BIRTH": said("date of birth"),
    "DATE_TIME": said("dates"),
    "EMAIL_ADDRESS": said("e-mail address"),
    "ETHNIC_ORIGIN": said("ethnic origin"),
    "HEALTH": said("health"),
    "IBAN_CODE": said("bank account"),
    "IP_ADDRESS": said("IP address"),
    "LOCATION": said("places"),
    "MEMBER_NUMBER": said("member number"),
    "NO_D_NUMMER": said("D-nummer"),
    "NO_FODSELSNUMMER": said("fødselsnummer"),
    "NO_H_NUMMER": said("H-nummer"),
    "NO_KONTONUMMER": said("bank account"),
    "NO_ORGANISASJONSNUMMER": said("number of an organisation"),
    "ORGANIZATION": said("organisations"),
    "PERSON": said("name"),
    "PHONE_NUMBER": said("telephone number"),
    "POLITICAL_OPINION": said("political opinion"),
    "POSTAL_ADDRESS": said("postal address"),
    "RELIGION": said("religion"),
    "SALARY": said("salary"),
    "SEX_LIFE": said("sex life"),
    "SE_BANKGIRO": said("bank account"),
    "SE_ORGANISATIONSNUMMER": said("number of an organisation"),
    "SE_PERSONNUMMER": said("personnummer"),
    "SE_PLUSGIRO": said("bank account"),
    "SE_SAMORDNINGSNUMMER": said("samordningsnummer"),
    "UNION_MEMBERSHIP": said("union membership"),
    "URL": said("links"),
}
"""Every entity, and every special category, has a name."""


def spoken(categories: Iterable[str], say: Say) -> str:
    """Return sorts of data in words, each once, in the order given; words stay as they are."""
    names = (say(ENTITY_NAMES[each]) if each in ENTITY_NAMES else each for each in categories)
    return ", ".join(dict.fromkeys(names))
