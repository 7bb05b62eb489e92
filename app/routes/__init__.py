"""Flask only: a body reads input, calls one action, answers."""

from app.routes.accounts import accounts
from app.routes.add_links import add
from app.routes.area_follows import area_follows
from app.routes.area_similar import area_similar
from app.routes.area_tiles import area_tiles
from app.routes.areas import areas
from app.routes.bundles import bundles
from app.routes.challenges import challenges
from app.routes.data_room import data_room
from app.routes.duplicates import duplicates
from app.routes.embed import embed
from app.routes.evidence import evidence
from app.routes.find import find
from app.routes.gap_change import gap_change
from app.routes.gap_kinds import gap_kinds
from app.routes.gap_matrix import gap_matrix
from app.routes.gap_patch import gap_patch
from app.routes.gap_runs import gap_runs
from app.routes.gap_sure import gap_sure
from app.routes.gap_week import gap_week
from app.routes.gaps import gaps
from app.routes.grants import grants
from app.routes.health import health
from app.routes.home import home
from app.routes.hub_letters import hub_letters
from app.routes.hub_matches import hub_matches
from app.routes.hub_members import hub_members
from app.routes.hub_reports import hub_reports
from app.routes.hubs import hubs
from app.routes.introduced import introduced
from app.routes.introductions import introductions
from app.routes.layout import layout
from app.routes.members import members
from app.routes.moderation import moderation
from app.routes.need_asking import need_asking
from app.routes.need_follows import need_follows
from app.routes.needs import needs
from app.routes.offer_files import offer_files
from app.routes.offer_owners import offer_owners
from app.routes.offers import offers
from app.routes.organisations import organisations
from app.routes.outbox import outbox
from app.routes.people import people
from app.routes.places import places
from app.routes.pledges import pledges
from app.routes.privacy import privacy
from app.routes.replies import replies
from app.routes.shortlist import shortlist
from app.routes.sources import sources
from app.routes.standards import standards
from app.routes.still_right import still_right
from app.routes.suggestions import suggestions
from app.routes.tiles import tiles
from app.routes.uploaded_areas import uploaded_areas
from app.routes.visits import plans
from app.routes.what_if import what_if

BLUEPRINTS = (
    accounts,
    add,
    area_follows,
    area_similar,
    area_tiles,
    areas,
    bundles,
    challenges,
    data_room,
    duplicates,
    embed,
    evidence,
    find,
    gap_patch,
    gap_matrix,
    gap_week,
    gap_runs,
    gap_sure,
    gap_kinds,
    gap_change,
    gaps,
    grants,
    health,
    home,
    hub_letters,
    hub_members,
    hub_matches,
    hub_reports,
    hubs,
    introduced,
    introductions,
    layout,
    members,
    moderation,
    need_asking,
    need_follows,
    needs,
    offer_owners,
    offers,
    offer_files,
    organisations,
    outbox,
    people,
    places,
    plans,
    pledges,
    shortlist,
    privacy,
    replies,
    sources,
    standards,
    still_right,
    suggestions,
    tiles,
    uploaded_areas,
    what_if,
)
