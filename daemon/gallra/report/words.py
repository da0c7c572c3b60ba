"""What the codes of the vocabulary are called when a person reads them.

JSON keeps the codes: they are the same in every language.
"""

from typing import Final

from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.passage import Outcome
from gallra.model.record import Act, RecordState
from gallra.model.retention import Action, Mode, Trigger
from gallra.model.share import ShareRole, ShareState

Code = Outcome | RecordState | Act | Action | Mode | Trigger | Deed | ShareState | ShareRole

# One table for each enumeration: a code like "keep" may be the word of two of them.
_OUTCOMES: Final = {
    Outcome.READ: said("read in full"),
    Outcome.READ_IN_PART: said("read in part"),
    Outcome.OPAQUE: said("encrypted, not read"),
    Outcome.DAMAGED: said("damaged"),
    Outcome.TOO_LARGE: said("too large"),
    Outcome.UNSUPPORTED: said("unknown format"),
    Outcome.UNREADABLE: said("cannot be read"),
}
_STATES: Final = {
    RecordState.PRESENT: said("in place"),
    RecordState.QUARANTINED: said("in quarantine"),
    RecordState.DESTROYED: said("destroyed"),
    RecordState.GONE: said("removed by somebody else"),
}
_ACTS: Final = {
    Act.RETAIN: said("keep"),
    Act.QUARANTINE: said("move to quarantine"),
    Act.DESTROY: said("destroy"),
    Act.MOVE: said("move"),
    Act.HAND_OVER: said("give to another owner"),
    Act.REVIEW: said("let a person decide"),
    Act.ALERT: said("tell about it"),
    Act.WAIT: said("wait: under a dry run"),
}
_ACTIONS: Final = {
    Action.DESTROY: said("destroyed, through quarantine"),
    Action.REVIEW: said("shown to a person, who decides"),
    Action.ALERT: said("reported, and nothing more"),
    Action.KEEP: said("kept"),
    Action.MOVE: said("moved to another place"),
}
_MODES: Final = {
    Mode.OBSERVE: said("observing: nothing is moved or destroyed"),
    Mode.ENFORCE: said("enforcing: what is due is moved to quarantine, and later destroyed"),
}
_TRIGGERS: Final = {
    Trigger.CREATED: said("the day the file was created"),
    Trigger.MODIFIED: said("the day the file was last changed"),
    Trigger.FIRST_SEEN: said("the day gallra first saw it"),
    Trigger.DOCUMENT_DATE: said("the date in the document"),
    Trigger.ACTIVITY_ENDED: said("the end of the activity"),
    Trigger.CASE_CLOSED: said("the day the case was closed"),
    Trigger.CASE_TRANSFERRED: said("the day the case was handed over"),
    Trigger.MEMBER_LEFT: said("the day the member left"),
    Trigger.NEGOTIATION_ENDED: said("the end of the negotiation"),
    Trigger.POSITION_FILLED: said("the day the position was filled"),
    Trigger.LIST_USED: said("the day the list was used"),
    Trigger.DUES_UNPAID: said("the day the unpaid dues were to be paid"),
    Trigger.SUPERSEDED: said("the day a newer version took its place"),
    Trigger.CONSENT_WITHDRAWN: said("the day the consent was withdrawn"),
    Trigger.MANDATE_ENDED: said("the day the representative stepped down"),
    Trigger.EMPLOYMENT_ENDED: said("the day the employment ended"),
}
_DEEDS: Final = {
    Deed.RULES_LOADED: said("rules taken into use"),
    Deed.INTENT: said("about to act"),
    Deed.QUARANTINED: said("moved to quarantine"),
    Deed.RESTORED: said("put back from quarantine"),
    Deed.DESTROYED: said("destroyed"),
    Deed.MOVED: said("moved"),
    Deed.HANDED_OVER: said("given to another owner"),
    Deed.NOT_DONE: said("not done"),
    Deed.HOLD_PLACED: said("hold placed"),
    Deed.HOLD_LIFTED: said("hold lifted"),
    Deed.REVIEW_APPROVED: said("approved"),
    Deed.REVIEW_KEPT: said("kept by a person"),
    Deed.REVIEW_VOID: said("decision void"),
    Deed.PLAN_CONFIRMED: said("plan confirmed"),
    Deed.EVENT_TOLD: said("event told"),
    Deed.EVENT_UNDONE: said("event taken back"),
    Deed.RECLASSIFIED: said("given another class"),
    Deed.TEXTS_ERASED: said("texts erased from the log"),
    Deed.KEPT_LONGER: said("kept longer than its maximum"),
    Deed.HANDOVER_BEGUN: said("handover begun"),
    Deed.HANDOVER_DECIDED: said("handover decided"),
    Deed.HANDOVER_FINISHED: said("handover finished"),
    Deed.FINDING_NOTED: said("finding noted"),
    Deed.FINDING_RESOLVED: said("finding gone"),
    Deed.FINDING_DISMISSED: said("finding dismissed"),
    Deed.REGISTER_WASHED: said("register washed"),
    Deed.CONSENT_RECORDED: said("consent recorded"),
    Deed.CONSENT_WITHDRAWN: said("consent withdrawn"),
    Deed.CONSENT_EXPIRED: said("consent expired"),
    Deed.DECLARATION_RECORDED: said("declaration recorded"),
    Deed.DECLARATION_WITHDRAWN: said("declaration withdrawn"),
    Deed.MEMBER_REMINDED: said("member reminded"),
    Deed.INCIDENT_OPENED: said("incident opened"),
    Deed.INCIDENT_ASSESSED: said("incident assessed"),
    Deed.INCIDENT_DECIDED: said("incident decided on"),
    Deed.INCIDENT_TOLD: said("incident: somebody was told"),
    Deed.INCIDENT_LISTED: said("incident: persons or facts written out"),
    Deed.INCIDENT_CLOSED: said("incident closed"),
    Deed.INCIDENT_REOPENED: said("incident opened again"),
    Deed.REQUEST_OPENED: said("request opened"),
    Deed.REQUEST_SEARCHED: said("searched for a person"),
    Deed.REQUEST_DECIDED: said("decided about what was found"),
    Deed.REQUEST_EXTENDED: said("time for a request extended"),
    Deed.REQUEST_SERVED: said("done for a request"),
    Deed.REQUEST_ANSWERED: said("request answered"),
    Deed.REQUEST_CLOSED: said("request closed"),
    Deed.REQUEST_FORGOTTEN: said("request erased from the register"),
    Deed.SELF_AUDIT_ANSWERED: said("self-audit answered"),
    Deed.SELF_AUDIT_SIGNED: said("self-audit signed"),
}
_SHARE_STATES: Final = {
    ShareState.PRESENT: said("present"),
    ShareState.MISSING: said("missing: everything in it is on hold"),
    ShareState.REPLACED: said("another folder is in its place: everything in it is on hold"),
}
_ROLES: Final = {
    ShareRole.COMMON_AREA: said("common area"),
    ShareRole.CASE_AREA: said("case area"),
    ShareRole.SHARED_MAILBOX: said("shared mailbox"),
    ShareRole.MAIL_EXPORT: said("mail export"),
    ShareRole.HANDLER_AREA: said("a handler's own area"),
}


def named(code: Code) -> Message:  # noqa: PLR0911 - one case for each enumeration
    """Return what ``code`` is called; every member of every enumeration has a name."""
    match code:
        case Outcome():
            return _OUTCOMES[code]
        case RecordState():
            return _STATES[code]
        case Act():
            return _ACTS[code]
        case Action():
            return _ACTIONS[code]
        case Mode():
            return _MODES[code]
        case Trigger():
            return _TRIGGERS[code]
        case Deed():
            return _DEEDS[code]
        case ShareState():
            return _SHARE_STATES[code]
        case ShareRole():
            return _ROLES[code]
