"""The one definition of what the public may see.

Every page, tile, file, feed, search and count reads the ``public_*`` views made here and nothing else.
Hidden, pending and rejected records are not in them; neither is any point that ``place.privacy`` withholds:
the views carry ``public_geom`` (under the name ``geom``), never the private point.
How many say the same of a need is null where fewer than five do (docs/decisions/0013-needs-and-pledges.md).
Of a challenged gap (``public_dispute``) the public sees how often and since when; nothing that was typed.
Of a grant the recipient's postcode is withheld; of one to a refuge all but the council it is in, and grants to a
group that is hidden are left out.
How many looked for something in vain is told in steps of five and only from five on, and only for areas that are
the same for everybody: with exact numbers, or areas drawn at will, two counts could tell of one person.
Offers and asks (``public_offer``) carry no name and no way to reach anybody; what listed groups ask for on their
pages (``ask``) is among them.
"""

from __future__ import annotations

from hashlib import blake2s

from sqlalchemy import Connection, text

PUBLIC_VIEWS: dict[str, str] = {
    "public_organisation": """
        SELECT id, name, kind, stage, summary, website, is_confidential, confirmed_on, unanswered_since,
               coalesce(missing_since, unanswered_since) AS missing_since,
               updated_at_utc, source_id
        FROM organisation
        WHERE review_status = 'approved' AND stage <> 'closed'
    """,
    "public_service": """
        SELECT s.id, s.organisation_id, s.name, s.description, s.audiences, s.languages, s.cost, s.cost_note,
               s.referral, s.how_to_join, s.step_free, s.toilet, s.hearing_loop, s.is_online, s.capacity, s.room,
               s.min_age, s.max_age, s.confirmed_on, s.source_id,
               coalesce(s.missing_since, o.unanswered_since) AS missing_since
        FROM service s JOIN public_organisation o ON o.id = s.organisation_id
        WHERE s.review_status = 'approved'
    """,
    "public_service_theme": """
        SELECT st.service_id, st.theme_key, st.reason, s.organisation_id
        FROM service_theme st JOIN public_service s ON s.id = st.service_id
    """,
    "public_schedule": """
        SELECT c.id, c.service_id, c.weekday, c.opens, c.closes, c.term_time_only, c.week_of_month,
               s.organisation_id
        FROM schedule c JOIN public_service s ON s.id = c.service_id
    """,
    "public_place": """
        SELECT id, privacy, public_geom AS geom,
               CASE WHEN privacy = 'exact' THEN name ELSE '' END AS name,
               CASE WHEN privacy = 'exact' THEN address ELSE '' END AS address,
               CASE WHEN privacy = 'exact' THEN postcode END AS postcode,
               CASE WHEN privacy = 'area' THEN (
                   SELECT a.id FROM area a JOIN area_layer l ON l.id = a.area_layer_id
                   WHERE l.kind IN ('electoral', 'council')
                     AND a.geom && place.geom AND ST_Covers(a.geom, place.geom)
                   ORDER BY l.kind DESC, l.sort_order, a.size_m2, a.id LIMIT 1) END AS area_id
        FROM place
        WHERE privacy <> 'hidden' AND (
            NOT EXISTS (SELECT FROM footprint f JOIN organisation o ON o.id = f.organisation_id
                        WHERE f.place_id = place.id AND o.is_confidential)
            OR EXISTS (SELECT FROM footprint f JOIN organisation o ON o.id = f.organisation_id
                       WHERE f.place_id = place.id AND NOT o.is_confidential))
    """,
    "public_footprint": """
        SELECT f.id, f.organisation_id, f.service_id, f.role, f.area_id, p.id AS place_id, p.geom
        FROM footprint f
        JOIN public_organisation o ON o.id = f.organisation_id
        LEFT JOIN public_service s ON s.id = f.service_id
        LEFT JOIN public_place p ON p.id = f.place_id
        WHERE (f.service_id IS NULL OR s.id IS NOT NULL) AND (f.place_id IS NULL OR p.id IS NOT NULL)
          AND (NOT o.is_confidential OR f.role = 'national' OR EXISTS (
              SELECT FROM area a JOIN area_layer l ON l.id = a.area_layer_id
              WHERE a.id = f.area_id AND l.kind = 'council'))
    """,
    "public_provision": """
        SELECT s.id AS service_id, s.organisation_id, st.theme_key, f.role, f.place_id, f.area_id, f.geom,
               s.capacity, s.confirmed_on
        FROM public_service s
        JOIN public_service_theme st ON st.service_id = s.id
        JOIN public_footprint f ON f.service_id = s.id
        UNION ALL
        SELECT s.id, s.organisation_id, st.theme_key, f.role, f.place_id, f.area_id, f.geom,
               s.capacity, s.confirmed_on
        FROM public_service s
        JOIN public_service_theme st ON st.service_id = s.id
        JOIN public_footprint f ON f.organisation_id = s.organisation_id AND f.service_id IS NULL
        WHERE NOT EXISTS (SELECT 1 FROM footprint own WHERE own.service_id = s.id)
    """,
    "public_need": """
        SELECT id, theme_key, statement, audience, public_geom AS geom, area_id, shape,
               CASE WHEN support_count >= 5 THEN support_count END AS support_count, status, status_note,
               raised_on, source_id
        FROM need
        WHERE review_status = 'approved' AND status <> 'closed' AND privacy <> 'hidden'
    """,
    "public_closed_need": """
        SELECT id, theme_key, statement, status_note, raised_on
        FROM need
        WHERE review_status = 'approved' AND status = 'closed' AND privacy <> 'hidden'
    """,
    "public_wish": """
        WITH asked AS (
            SELECT DISTINCT theme_key, kind, area_id, visitor_key FROM wish
            WHERE theme_key IS NOT NULL AND asked_on > current_date - interval '12 months'
        ), belongs AS (
            SELECT DISTINCT ON (base_id, area_layer_id) base_id, area_layer_id, area_id
            FROM (SELECT p.area_id AS base_id, pa.area_layer_id, pa.area_id, sum(p.people) AS people
                  FROM population_point p JOIN point_area pa ON pa.population_point_id = p.id
                  JOIN area_layer l ON l.id = pa.area_layer_id
                  WHERE l.kind IN ('statistical', 'electoral', 'council')
                    AND p.area_id IN (SELECT area_id FROM asked)
                  GROUP BY p.area_id, pa.area_layer_id, pa.area_id) shares
            ORDER BY base_id, area_layer_id, people DESC, area_id
        )
        SELECT a.theme_key, a.kind, b.area_layer_id, b.area_id,
               (count(DISTINCT a.visitor_key) / 5 * 5)::integer AS people_at_least
        FROM asked a JOIN belongs b ON b.base_id = a.area_id
        GROUP BY a.theme_key, a.kind, b.area_layer_id, b.area_id HAVING count(DISTINCT a.visitor_key) >= 5
    """,
    "public_contact": """
        SELECT c.id, c.organisation_id, c.name, c.email, c.phone, c.consent_at_utc
        FROM contact c JOIN public_organisation o ON o.id = c.organisation_id
        WHERE c.purpose = 'group' AND c.publish AND c.deleted_at_utc IS NULL
    """,
    "public_ask": """
        SELECT a.id, a.organisation_id, a.kind, a.words
        FROM ask a JOIN public_organisation o ON o.id = a.organisation_id
    """,
    "public_offer": """
        SELECT f.id, f.direction, f.kind,
               CASE WHEN f.theme_key IS NULL THEN CAST('{}' AS text[]) ELSE ARRAY[f.theme_key] END AS theme_keys,
               f.words, f.stage, f.organisation_id, false AS is_on_page, f.privacy,
               CASE WHEN o.is_confidential IS NOT TRUE THEN f.public_geom END AS geom,
               CASE WHEN o.is_confidential IS NOT TRUE THEN f.area_id END AS area_id,
               CASE WHEN f.privacy = 'exact' AND o.is_confidential IS NOT TRUE
                    THEN concat_ws(', ', nullif(f.address, ''), f.postcode) ELSE '' END AS address,
               f.ends_on, f.said_on, f.source_id
        FROM offer f LEFT JOIN public_organisation o ON o.id = f.organisation_id
        WHERE f.review_status = 'approved' AND f.withdrawn_at_utc IS NULL AND f.privacy <> 'hidden'
          AND (f.ends_on IS NULL OR f.ends_on >= CURRENT_DATE) AND (f.organisation_id IS NULL OR o.id IS NOT NULL)
        UNION ALL
        SELECT a.id, 'ask', a.kind,
               ARRAY(SELECT DISTINCT st.theme_key FROM public_service s
                     JOIN public_service_theme st ON st.service_id = s.id
                     WHERE s.organisation_id = o.id ORDER BY st.theme_key),
               a.words, o.stage, o.id, true, coalesce(at.privacy, 'area'), at.geom, at.area_id, '',
               CAST(NULL AS date), o.confirmed_on, o.source_id
        FROM public_ask a JOIN public_organisation o ON o.id = a.organisation_id
        LEFT JOIN LATERAL (
            SELECT p.privacy, p.geom, p.area_id
            FROM public_footprint f JOIN public_place p ON p.id = f.place_id
            WHERE f.organisation_id = o.id AND NOT o.is_confidential
            ORDER BY p.geom IS NULL, f.role, f.id LIMIT 1) at ON true
    """,
    "public_space": """
        SELECT id, words, address, organisation_id, theme_keys, geom
        FROM public_offer WHERE direction = 'offer' AND kind = 'space' AND privacy = 'exact' AND geom IS NOT NULL
    """,
    "public_dispute": """
        SELECT c.theme_key, c.area_id, CAST(count(*) AS integer) AS message_count,
               CAST(min(s.sent_at_utc) AT TIME ZONE 'Europe/London' AS date) AS since
        FROM challenge c JOIN submission s ON s.id = c.submission_id LEFT JOIN contact k ON k.id = s.contact_id
        WHERE s.state IN ('waiting', 'asked') AND (
            k.email_confirmed_at_utc IS NOT NULL OR NOT s.flags && '{too_fast,many_from_one}'::text[])
        GROUP BY c.theme_key, c.area_id
    """,
    "public_standard": """
        SELECT id, theme_key, audience, version, people_per_service, minutes, travel, is_over, set_by, reason,
               link, made_at_utc
        FROM standard
    """,
    "public_hub": """
        SELECT id, name, summary FROM hub
    """,
    "public_patch": """
        SELECT hub_id, area_id FROM patch WHERE claimed_until IS NULL OR claimed_until >= current_date
    """,
    "public_grant": """
        SELECT g.id, g.source_id, g.grant_ref, g.currency, g.amount, g.awarded_on, g.planned_from, g.planned_to,
               g.programme, g.funder_name, g.funder_ref, g.recipient_name,
               g.beneficiary_codes <> '{}' AS names_an_area,
               CASE WHEN o.is_confidential THEN '' ELSE g.title END AS title,
               CASE WHEN o.is_confidential THEN '' ELSE g.description END AS description,
               CASE WHEN o.is_confidential THEN '' ELSE g.beneficiary_name END AS beneficiary_name,
               CASE WHEN o.stage <> 'closed' THEN o.id END AS organisation_id,
               CASE WHEN o.stage <> 'closed' THEN g.matched_by END AS matched_by,
               CASE WHEN NOT coalesce(o.is_confidential, false) OR EXISTS (
                   SELECT FROM area a JOIN area_layer l ON l.id = a.area_layer_id
                   WHERE a.id = g.area_id AND l.kind = 'council') THEN g.area_id END AS area_id
        FROM grant_award g LEFT JOIN organisation m ON m.id = g.organisation_id
        LEFT JOIN organisation o ON o.id = coalesce(m.merged_into_id, m.id)
        WHERE o.id IS NULL OR o.review_status = 'approved'
    """,
}


LAST_VIEW = next(reversed(PUBLIC_VIEWS))


def create_public_views(connection: Connection) -> None:
    for name, body in PUBLIC_VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {body}"))
    connection.execute(text(f"COMMENT ON VIEW {LAST_VIEW} IS '{_fingerprint()}'"))


def public_views_are_current(connection: Connection) -> bool:
    """Whether the views in the database were made from the definitions above."""
    comment = connection.scalar(text(f"SELECT obj_description(to_regclass('{LAST_VIEW}'), 'pg_class')"))
    return bool(comment == _fingerprint())


def drop_public_views(connection: Connection) -> None:
    for name in reversed(PUBLIC_VIEWS):
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def _fingerprint() -> str:
    return blake2s(repr(PUBLIC_VIEWS).encode()).hexdigest()
