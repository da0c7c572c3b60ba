"""The entities that findings speak of, the types that formats are grouped into, the languages."""

from enum import StrEnum

from gallra.model.finding import SPECIAL_CATEGORIES

NOT_PERSONAL = frozenset(
    {
        "DATE_TIME",
        "LOCATION",
        "NO_ORGANISASJONSNUMMER",
        "ORGANIZATION",
        "SE_BANKGIRO",
        "SE_ORGANISATIONSNUMMER",
        "SE_PLUSGIRO",
        "URL",
    }
)
"""Entities that, alone, tell nothing about a person; every other one does."""

ENTITIES = (
    frozenset(
        {
            "CREDIT_CARD",
            "DATE_OF_BIRTH",
            "EMAIL_ADDRESS",
            "IBAN_CODE",
            "IP_ADDRESS",
            "MEMBER_NUMBER",
            "NO_D_NUMMER",
            "NO_FODSELSNUMMER",
            "NO_H_NUMMER",
            "NO_KONTONUMMER",
            "PERSON",
            "PHONE_NUMBER",
            "POSTAL_ADDRESS",
            "SALARY",
            "SE_PERSONNUMMER",
            "SE_SAMORDNINGSNUMMER",
        }
    )
    | SPECIAL_CATEGORIES
    | NOT_PERSONAL
)
"""The words of ``when = { entities = { … } }``."""

IDENTIFYING = frozenset(
    {
        "EMAIL_ADDRESS",
        "MEMBER_NUMBER",
        "NO_D_NUMMER",
        "NO_FODSELSNUMMER",
        "NO_H_NUMMER",
        "PERSON",
        "PHONE_NUMBER",
        "SE_PERSONNUMMER",
        "SE_SAMORDNINGSNUMMER",
    }
)
"""Entities whose values tell one person from another."""

DOCUMENT_LANGUAGES = frozenset({"sv", "nb", "nn", "en", "other"})
"""The languages that detection tells apart."""


class FileType(StrEnum):
    """Groups of formats, as a volunteer would name them: the words of ``type``."""

    ARCHIVE = "archive"
    DOCUMENT = "document"
    IMAGE = "image"
    MAILBOX = "mailbox"
    MESSAGE = "message"
    OTHER = "other"
    PDF = "pdf"
    PRESENTATION = "presentation"
    SPREADSHEET = "spreadsheet"
    TEXT = "text"
    WEB = "web"
