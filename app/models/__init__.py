"""Tables; geometry columns are always called geom (or …_geom), in WGS84."""

from app.models.accounts import Account, AccountRole, SignInTry
from app.models.areas import Area, AreaLayer, PointArea, PopulationPoint, Site, Survey
from app.models.base import Base
from app.models.hubs import Hub, Patch
from app.models.indicators import Indicator, IndicatorValue
from app.models.needs import Need
from app.models.organisations import Organisation, OrganisationIdentifier
from app.models.places import Place
from app.models.postcodes import Postcode
from app.models.services import Footprint, Schedule, Service, ServiceTheme
from app.models.sources import LoadRun, Source
from app.models.themes import Theme
from app.models.tiles import AreaDrawing, AreaLevel, AreaShape, MapCell, MapChange, MapPoint
from app.models.versions import DataVersion

__all__ = [
    "Account", "AccountRole", "Area", "AreaDrawing", "AreaLayer", "AreaLevel", "AreaShape", "Base", "DataVersion",
    "Footprint", "Hub", "Indicator", "IndicatorValue", "LoadRun", "MapCell", "MapChange", "MapPoint", "Need",
    "Organisation", "OrganisationIdentifier", "Patch", "Place", "PointArea", "PopulationPoint", "Postcode",
    "Schedule", "Service", "ServiceTheme", "SignInTry", "Site", "Source", "Survey", "Theme",
]  # fmt: skip
