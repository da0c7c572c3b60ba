"""What the codes of the duties are called when a person reads them; JSON keeps the codes."""

from typing import Final

from gallra.model.duty import FindingKind, Gravity
from gallra.model.incident import Authority, Nature, Receiver, Risk
from gallra.model.message import said

KINDS: Final = {
    FindingKind.OPEN_RECIPIENTS: said("receivers could see each other"),
    FindingKind.OPEN_ATTENDEES: said("invited persons could see each other"),
    FindingKind.MISSING_NOTICE: said("an invitation without the notice that participants are seen"),
    FindingKind.THIRD_PARTY_DISCLOSURE: said("members' data sent outside"),
    FindingKind.NO_CONSENT: said("passed on without a consent"),
    FindingKind.UNENCRYPTED_ATTACHMENT: said("a sensitive attachment without encryption"),
    FindingKind.WEAK_ENCRYPTION: said("a sensitive attachment with weak encryption"),
    FindingKind.PASSWORD_BY_MAIL: said("a password sent by mail"),
    FindingKind.CASE_IN_COMMON_AREA: said("a case document in the common area"),
    FindingKind.READABLE_BY_OTHERS: said("readable by more than its handler"),
    FindingKind.NO_DECLARATION: said("readable by somebody without a declaration"),
    FindingKind.UNION_MAIL_OUTSIDE: said("union mail outside its folders"),
    FindingKind.REGISTER_UNWASHED: said("a register that was not washed in time"),
    FindingKind.AUDIT_OVERDUE: said("the yearly self-audit is overdue"),
    FindingKind.REQUEST_LATE: said("a request that is not answered in time"),
}
"""Every kind of finding has a name."""

GRAVITIES: Final = {
    Gravity.MINOR: said("minor"),
    Gravity.SERIOUS: said("serious"),
    Gravity.GRAVE: said("grave"),
}

RECEIVERS: Final = {
    Receiver.OFFICER: said("the data protection officer"),
    Receiver.AUTHORITY: said("the authority"),
    Receiver.MEMBERS: said("the persons concerned"),
}

NATURES: Final = {
    Nature.CONFIDENTIALITY: said("data were disclosed, or could be seen"),
    Nature.INTEGRITY: said("data were changed"),
    Nature.AVAILABILITY: said("data were lost, or cannot be reached"),
}

RISKS: Final = {
    Risk.UNLIKELY: said("harm is unlikely"),
    Risk.RISK: said("there is a risk of harm"),
    Risk.HIGH: said("there is a high risk of harm"),
}

AUTHORITIES: Final = {
    Authority.IMY: said("Integritetsskyddsmyndigheten (IMY)"),
    Authority.DATATILSYNET: said("Datatilsynet"),
}
