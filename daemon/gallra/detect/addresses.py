"""Mail addresses as people and programs write them, and which of them mean the same mailbox.

Source: RFC 5322 3.4; RFC 5233 (what stands behind a plus); RFC 5891 (domains in other letters).
"""

import re
import unicodedata
from collections.abc import Iterator

from gallra.model.mailing import Field
from gallra.model.passage import MessageHeaders

_ANGLED = re.compile(r"<([^<>]*@[^<>]*)")
_BARE = re.compile(r"[^\s<>,;:\"'()\[\]\\|]+@[^\s<>,;:\"'()\[\]\\|]+")
_LEAST_NAME, _LONGEST_NAME = 2, 100
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 255
_MOST_DOMAINS = 6


def address_in(text: str) -> str | None:
    """Return the address in ``Kari Ås <kari@example.no>``; ``None`` where it can be none.

    What stands in angle brackets is where it goes, whatever address the name pretends to be.
    """
    angled = _ANGLED.findall(text)
    found = angled[-1].strip() if angled else None
    if found is None:
        bare = _BARE.search(text)
        found = bare[0] if bare else None
    if found is None:
        return None
    found = found.strip(" \t\"'").removeprefix("mailto:").removeprefix("MAILTO:")
    local, _, domain = found.rpartition("@")
    domain = domain.rstrip(". ")
    if not local or not domain or len(local) > _LONGEST_LOCAL or len(domain) > _LONGEST_DOMAIN:
        return None
    if domain.split() != [domain]:
        return None
    return f"{local}@{domain}"


def name_in(text: str) -> str | None:
    """Return the name of a receiver without a mail address: a colleague in the same server's book.

    Source: [MS-OXOABK] 2.2.1: such entries are named by ``/o=…/cn=…``, and need no address.
    """
    name = " ".join(text.partition("<")[0].strip(" \t\"',;").split())
    if not _LEAST_NAME <= len(name) <= _LONGEST_NAME or not name[0].isalpha():
        return None
    return None if "@" in text or name.endswith(":") else name


def spellings_of(address: str) -> tuple[str, ...]:
    """Return the one form of an address, then the others that mean the same mailbox."""
    if not address.isascii():
        address = unicodedata.normalize("NFC", address)
    address = address.casefold()
    local, _, domain = address.rpartition("@")
    shown, plain = in_letters(domain), _in_ascii(domain)
    if shown == plain == domain and "+" not in local and '"' not in local:
        return (address,)
    local = local.strip('"')
    base = local.partition("+")[0] or local
    return tuple(
        dict.fromkeys(
            (f"{base}@{shown}", address, f"{base}@{plain}", f"{local}@{shown}", f"{local}@{plain}")
        )
    )


def domains_of(domain: str) -> tuple[str, ...]:
    """Return a domain and those above it, but no topmost one."""
    labels = domain.split(".")
    above = [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]
    return (above[0], *above[1:][-_MOST_DOMAINS + 1 :])


def tidied(domain: str) -> str:
    """Return a domain that a person wrote, in lower case and without what is around it."""
    return unicodedata.normalize("NFC", domain).strip().strip(".@").casefold()


def in_letters(domain: str) -> str:
    """Return a domain as people write it, in its own letters."""
    if "xn--" not in domain:
        return domain
    return ".".join(_labelin_letters(label) for label in domain.split("."))


def _labelin_letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode")).casefold()
    except (UnicodeError, ValueError):
        return label


def _in_ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    return ".".join(_label_in_ascii(label) for label in domain.split("."))


def _label_in_ascii(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def written_in(headers: MessageHeaders) -> Iterator[tuple[Field, str]]:
    """Yield each receiver of a message as written, and where."""
    hidden = set(headers.resent_bcc)
    for field, texts in (
        (Field.TO, headers.to),
        (Field.CC, headers.cc),
        (Field.BCC, headers.bcc),
        (Field.RESENT, tuple(each for each in headers.resent if each not in hidden)),
        (Field.RESENT_BCC, headers.resent_bcc),
    ):
        for text in texts:
            yield field, text


def addresses_in(headers: MessageHeaders) -> Iterator[tuple[str, str]]:
    """Yield each address of a message as it is written, name and all, and in its one form.

    Where there is none, but a name, that is yielded in its place.
    """
    texts = [text for _, text in written_in(headers)]
    texts += [each for each in (headers.sender, headers.resent_from) if each]
    for text in texts:
        address = address_in(text)
        if address is not None:
            yield text, spellings_of(address)[0]
        elif name := name_in(text):
            yield text, name
