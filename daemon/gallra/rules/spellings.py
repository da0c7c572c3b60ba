"""Texts that have to be spelled in a certain way: paths, patterns, addresses, provisions."""

import re

from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.model.retention import Destination
from gallra.rules.complaint import UnfitError, quoted
from gallra.rules.notes import nearest

_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,253}")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}", re.ASCII)
_LONGEST_DOMAIN = 253

GDPR_PROVISIONS = (
    *(f"GDPR 6(1)({letter})" for letter in "abcdef"),
    *(f"GDPR 9(2)({letter})" for letter in "abcdefghij"),
    "GDPR 10",
)
"""What can make the processing of personal data lawful, Art. 6, 9 and 10."""


def absolute_path_of(text: str) -> str:
    """Return ``text`` as a path from the root, without doubled or trailing slashes.

    Raises:
        UnfitError: If it is relative, is the root itself, or goes up again.
    """
    if not text.startswith("/"):
        raise UnfitError(said('{where}: "{path}" is not a path from the root /', path=quoted(text)))
    names = [name for name in text.split("/") if name not in {"", "."}]
    if ".." in names:
        raise UnfitError(said('{where}: "{path}" goes up again with ..', path=quoted(text)))
    if not names:
        raise UnfitError(said("{where}: the root / itself cannot stand here"))
    return "/" + "/".join(names)


def name_pattern_of(text: str) -> str:
    """Return ``text`` as a pattern on the name of a file.

    Raises:
        UnfitError: If it names a folder, or would fit whatever a file may be called.
    """
    if "/" in text or "\\" in text:
        raise UnfitError(
            said('{where}: "{pattern}" is more than the name of a file', pattern=quoted(text))
        )
    if not text.strip("*?. "):
        raise UnfitError(said('{where}: "{pattern}" fits every name', pattern=quoted(text)))
    return text


def destination_of(text: str) -> Destination:
    """Return the share and the folder in it that ``text`` names.

    Raises:
        UnfitError: If it is not of the form ``share:folder``.
    """
    share, colon, path = text.partition(":")
    names = [name for name in path.split("/") if name]
    if not colon or not share or path.startswith("/") or {".", ".."} & set(names):
        raise UnfitError(
            said(
                '{where}: "{text}" is not a place in a share; write it as "share:folder"',
                text=quoted(text),
            )
        )
    return Destination(share=share, path=as_bytes("/".join(names)))


def pattern_of(text: str) -> str:
    """Return ``text`` as a pattern on the path below a share.

    Raises:
        UnfitError: If it could never match, or not what its writer seems to mean.
    """
    if text.startswith("/"):
        raise UnfitError(
            said(
                '{where}: "{pattern}" begins with /, but paths begin below the share',
                pattern=quoted(text),
            )
        )
    if "\\" in text:
        raise UnfitError(
            said('{where}: "{pattern}" holds a \\; folders are parted by /', pattern=quoted(text))
        )
    names = text.removesuffix("/").split("/")
    if "" in names or "." in names or ".." in names:
        raise UnfitError(
            said('{where}: "{pattern}" holds an empty name, . or ..', pattern=quoted(text))
        )
    if any("**" in name and name != "**" for name in names):
        raise UnfitError(
            said('{where}: in "{pattern}" ** must stand alone between two /', pattern=quoted(text))
        )
    return text


def email_of(text: str) -> str:
    """Return ``text`` where it looks like a mail address.

    Raises:
        UnfitError: If it does not.
    """
    if not _EMAIL.fullmatch(text):
        raise UnfitError(said('{where}: "{text}" is not a mail address', text=quoted(text)))
    return text


def domain_of(text: str) -> str:
    """Return ``text`` as a domain, in lower case.

    Raises:
        UnfitError: If it is not one.
    """
    domain = text.lower().removeprefix("@")
    try:
        plain = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        plain = ""
    if len(plain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(plain):
        raise UnfitError(
            said('{where}: "{text}" is not a domain; write it as "example.org"', text=quoted(text))
        )
    return domain


def legal_basis_of(text: str) -> str:
    """Return ``text``; where it cites the GDPR, a provision that is a legal basis.

    Other laws may be cited in any form.

    Raises:
        UnfitError: If the GDPR has no such provision, or the name is misspelt.
    """
    if text in GDPR_PROVISIONS:
        return text
    guess = nearest(text, GDPR_PROVISIONS)
    if not text.upper().startswith("GDPR") and not guess:
        return text
    if guess:
        raise UnfitError(
            said(
                '{where}: unknown legal basis "{text}"; did you mean "{suggestion}"?',
                text=quoted(text),
                suggestion=guess,
            )
        )
    raise UnfitError(
        said('{where}: unknown legal basis "{text}"; write it as "GDPR 6(1)(b)"', text=quoted(text))
    )
