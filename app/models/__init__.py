"""Tables; geometry columns are always called geom (or …_geom), in WGS84."""

from app.models.accounts import Account, AccountRole, Tried
from app.models.area_follows import AreaFollower
from app.models.areas import Area, AreaLayer, PointArea, PopulationPoint, Site, Survey
from app.models.base import Base
from app.models.challenges import Challenge
from app.models.contacts import Contact, DailyDone, Link, Mail
from app.models.evidence import Evidence, EvidenceFile, EvidencePart
from app.models.find import Findable
from app.models.gap_runs import GapRun
from app.models.grants import GrantAward
from app.models.hub_letters import HubLetter, HubLetterCopy
from app.models.hub_reports import HubReport
from app.models.hubs import Hub, Patch
from app.models.indicators import Indicator, IndicatorValue
from app.models.members import Member, MemberTheme
from app.models.needs import Introduction, IntroductionAnswer, Need, NeedFollower, NeedSupport, Pledge, Wish
from app.models.offers import Offer
from app.models.organisations import Ask, NotSame, Organisation, OrganisationIdentifier, Reminder
from app.models.places import Place
from app.models.plans import Plan, PlanRun, PlanStop, Visit
from app.models.postcodes import Postcode
from app.models.services import Footprint, Schedule, Service, ServiceTheme
from app.models.sources import LayerRemoval, LoadRun, Source
from app.models.standards import Standard
from app.models.submissions import AuditEntry, Draft, Revision, Submission
from app.models.themes import Theme
from app.models.tiles import AreaDrawing, AreaLevel, AreaShape, MapCell, MapChange, MapPoint
from app.models.versions import DataVersion
from app.models.walking import Walking

__all__ = [
    "Account", "AccountRole", "Area", "AreaDrawing", "AreaFollower", "AreaLayer", "AreaLevel", "AreaShape",
    "Ask", "AuditEntry", "Base", "Challenge", "Contact", "DailyDone", "DataVersion", "Draft", "Evidence",
    "EvidenceFile", "EvidencePart", "Findable", "Footprint", "GapRun", "GrantAward", "Hub", "HubLetter",
    "HubLetterCopy", "HubReport", "Indicator", "IndicatorValue", "Introduction", "IntroductionAnswer",
    "LayerRemoval", "Link", "LoadRun", "Mail", "MapCell", "MapChange", "MapPoint", "Member", "MemberTheme",
    "Need", "NeedFollower", "NeedSupport", "NotSame", "Offer", "Organisation", "OrganisationIdentifier",
    "Patch", "Place", "Plan", "PlanRun", "PlanStop", "Pledge", "PointArea", "PopulationPoint", "Postcode",
    "Reminder", "Revision", "Schedule", "Service", "ServiceTheme", "Site", "Source", "Standard", "Submission",
    "Survey", "Theme", "Tried", "Visit", "Walking", "Wish",
]  # fmt: skip
