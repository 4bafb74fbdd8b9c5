"""What has happened, in the past tense: the journal's content, and all that a state is made from.

by: the person who is responsible (M13), empty where nobody is. at: milliseconds since 1970. Old journals must be
readable for ever, so a field that is added has a default and none is taken away.
"""

from hub.rules.access_events import AccessNoted, RowsSealed
from hub.rules.change_events import HallChanged
from hub.rules.complaint_events import (
    ComplaintAppealDecided,
    ComplaintAppealed,
    ComplaintAspectNamed,
    ComplaintCalledBack,
    ComplaintContactKept,
    ComplaintContactsErased,
    ComplaintOpened,
    ComplaintRectificationPlanned,
    ComplaintReopened,
    ComplaintsCarried,
    ComplaintSettled,
    ComplaintTakenOver,
)
from hub.rules.emergency_events import FaultCleared, FaultDeclared, OutageNoted, ServedByHand
from hub.rules.fact import Event
from hub.rules.hall_events import (
    AlertCleared,
    AlertRaised,
    AppointmentsListed,
    DayEnded,
    DayOpened,
    DeviceReported,
    ItemReceived,
    PhaseChanged,
    Received,
    SelfTestMade,
)
from hub.rules.health_events import HealthFound
from hub.rules.lease_events import BlockLeased, HandOverRefused, HubReturned, LeaseAnswered, LeaseMade
from hub.rules.restore_events import CallDoubted, Restored
from hub.rules.slip_events import NoticeGiven, NoticesLookedUp, SlipEnded, SlipOrdered
from hub.rules.staff_events import (
    CameOnDuty,
    CounterPaused,
    CounterResumed,
    Dismissed,
    Enlisted,
    ServicesSet,
    SessionLocked,
    SessionUnlocked,
    SignedIn,
    SignedOut,
    WentOffDuty,
)
from hub.rules.ticket_events import (
    AspectNamed,
    Candidate,
    ClassGiven,
    DoubtPassedOn,
    NumberShown,
    PrintDoubted,
    PrintMoved,
    PrintRepeated,
    RatingClosed,
    ServiceBegun,
    TicketCalled,
    TicketCancelled,
    TicketFinished,
    TicketLeft,
    TicketMissed,
    TicketNotShown,
    TicketParked,
    TicketPrechecked,
    TicketPrinted,
    TicketRated,
    TicketRecalled,
    TicketReturned,
    TicketTaken,
    TicketTransferred,
    TicketVoided,
    TicketVouched,
)

__all__ = [
    "AccessNoted",
    "AlertCleared",
    "AlertRaised",
    "AppointmentsListed",
    "AspectNamed",
    "BlockLeased",
    "CallDoubted",
    "CameOnDuty",
    "Candidate",
    "ClassGiven",
    "ComplaintAppealDecided",
    "ComplaintAppealed",
    "ComplaintAspectNamed",
    "ComplaintCalledBack",
    "ComplaintContactKept",
    "ComplaintContactsErased",
    "ComplaintOpened",
    "ComplaintRectificationPlanned",
    "ComplaintReopened",
    "ComplaintSettled",
    "ComplaintTakenOver",
    "ComplaintsCarried",
    "CounterPaused",
    "CounterResumed",
    "DayEnded",
    "DayOpened",
    "DeviceReported",
    "Dismissed",
    "DoubtPassedOn",
    "Enlisted",
    "Event",
    "Fact",
    "FaultCleared",
    "FaultDeclared",
    "HallChanged",
    "HandOverRefused",
    "HealthFound",
    "HubReturned",
    "ItemReceived",
    "LeaseAnswered",
    "LeaseMade",
    "NoticeGiven",
    "NoticesLookedUp",
    "NumberShown",
    "OutageNoted",
    "PhaseChanged",
    "PrintDoubted",
    "PrintMoved",
    "PrintRepeated",
    "RatingClosed",
    "Received",
    "Restored",
    "RowsSealed",
    "SelfTestMade",
    "ServedByHand",
    "ServiceBegun",
    "ServicesSet",
    "SessionLocked",
    "SessionUnlocked",
    "SignedIn",
    "SignedOut",
    "SlipEnded",
    "SlipOrdered",
    "TicketCalled",
    "TicketCancelled",
    "TicketFinished",
    "TicketLeft",
    "TicketMissed",
    "TicketNotShown",
    "TicketParked",
    "TicketPrechecked",
    "TicketPrinted",
    "TicketRated",
    "TicketRecalled",
    "TicketReturned",
    "TicketTaken",
    "TicketTransferred",
    "TicketVoided",
    "TicketVouched",
    "WentOffDuty",
]

Fact = (
    DayOpened
    | PhaseChanged
    | DayEnded
    | SelfTestMade
    | TicketTaken
    | TicketPrinted
    | TicketVoided
    | PrintDoubted
    | DoubtPassedOn
    | PrintMoved
    | PrintRepeated
    | NumberShown
    | TicketVouched
    | TicketCancelled
    | AppointmentsListed
    | ItemReceived
    | ClassGiven
    | TicketPrechecked
    | TicketCalled
    | TicketRecalled
    | ServiceBegun
    | TicketFinished
    | TicketMissed
    | TicketNotShown
    | TicketParked
    | TicketReturned
    | TicketTransferred
    | TicketLeft
    | SignedIn
    | SignedOut
    | SessionLocked
    | SessionUnlocked
    | CounterPaused
    | CounterResumed
    | ServicesSet
    | Enlisted
    | Dismissed
    | CameOnDuty
    | WentOffDuty
    | TicketRated
    | AspectNamed
    | RatingClosed
    | AlertRaised
    | AlertCleared
    | SlipOrdered
    | SlipEnded
    | NoticeGiven
    | NoticesLookedUp
    | DeviceReported
    | FaultDeclared
    | FaultCleared
    | ServedByHand
    | OutageNoted
    | HealthFound
    | BlockLeased
    | LeaseMade
    | LeaseAnswered
    | HubReturned
    | HandOverRefused
    | AccessNoted
    | HallChanged
    | RowsSealed
    | Restored
    | CallDoubted
    | ComplaintAppealDecided
    | ComplaintAppealed
    | ComplaintAspectNamed
    | ComplaintCalledBack
    | ComplaintContactKept
    | ComplaintContactsErased
    | ComplaintOpened
    | ComplaintRectificationPlanned
    | ComplaintReopened
    | ComplaintSettled
    | ComplaintTakenOver
    | ComplaintsCarried
)
