-- What stands on the map, starting from the public views: organisations at their own places, services at theirs
-- (one pin per record and place), and needs. Themes and times are those of public services. The functions are
-- plpgsql because the views are made after them.

CREATE FUNCTION open_minutes_of(weekday integer, opens time, closes time) RETURNS int4multirange
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    starts integer := (weekday - 1) * 1440 + extract(epoch FROM opens)::integer / 60;
    ends integer := (weekday - 1) * 1440 + extract(epoch FROM closes)::integer / 60;
BEGIN
    IF closes <= opens THEN -- past midnight, on Sunday into Monday
        ends := ends + 1440;
    END IF;
    RETURN int4multirange(int4range(starts, least(ends, 10080)), int4range(0, greatest(0, ends - 10080)));
END $$;

CREATE FUNCTION map_points_of(organisation_ids uuid[]) RETURNS TABLE (
    kind smallint, record_id uuid, place_id uuid, organisation_id uuid, x bigint, y bigint, name text,
    themes text[], audiences text[], open_minutes int4multirange, term_minutes int4multirange
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH asked AS MATERIALIZED (SELECT DISTINCT unnest(organisation_ids) AS id),
    pin AS MATERIALIZED (
        SELECT DISTINCT f.organisation_id, f.service_id, f.place_id, f.geom
        FROM asked JOIN public_footprint f ON f.organisation_id = asked.id WHERE f.geom IS NOT NULL
    ), offered AS MATERIALIZED (
        SELECT s.id, s.organisation_id, s.name, s.audiences,
               NOT EXISTS (SELECT FROM footprint f WHERE f.service_id = s.id) AS is_at_organisation
        FROM (SELECT DISTINCT pin.organisation_id FROM pin) standing
        JOIN public_service s USING (organisation_id)
    ), themed AS (
        SELECT s.id, s.organisation_id, t.theme_key FROM offered s JOIN service_theme t ON t.service_id = s.id
    ), timed AS (
        SELECT s.id, s.organisation_id, s.is_at_organisation,
               range_agg(open_minutes_of(c.weekday, c.opens, c.closes)) FILTER (WHERE NOT c.term_time_only) AS usual,
               range_agg(open_minutes_of(c.weekday, c.opens, c.closes)) FILTER (WHERE c.term_time_only) AS in_term
        FROM offered s JOIN schedule c ON c.service_id = s.id GROUP BY s.id, s.organisation_id, s.is_at_organisation
    ), facet AS (
        SELECT coalesce(t.id, a.id, h.id) AS id, coalesce(t.is_whole, a.is_whole, h.is_whole) AS is_whole,
               t.themes, a.audiences, h.usual, h.in_term
        FROM (
            SELECT themed.id, false AS is_whole, array_agg(theme_key ORDER BY theme_key) AS themes
            FROM themed GROUP BY themed.id
            UNION ALL
            SELECT organisation_id, true, array_agg(DISTINCT theme_key ORDER BY theme_key) FROM themed GROUP BY 1
        ) t FULL JOIN (
            SELECT offered.id, false AS is_whole, offered.audiences FROM offered
            UNION ALL
            SELECT offered.organisation_id, true, array_agg(DISTINCT audience ORDER BY audience)
            FROM offered, unnest(offered.audiences) AS audience GROUP BY 1
        ) a USING (id, is_whole) FULL JOIN (
            SELECT timed.id, false AS is_whole, usual, in_term FROM timed
            UNION ALL
            SELECT timed.organisation_id, true, range_agg(usual), range_agg(in_term)
            FROM timed WHERE is_at_organisation GROUP BY 1
        ) h USING (id, is_whole)
    )
    SELECT (CASE WHEN pin.service_id IS NULL THEN 0 ELSE 1 END)::smallint,
           coalesce(pin.service_id, pin.organisation_id), pin.place_id, pin.organisation_id,
           world_x(ST_X(pin.geom)), world_y(ST_Y(pin.geom)), left(coalesce(offered.name, o.name), 160),
           coalesce(facet.themes, '{}'), coalesce(facet.audiences, '{}'),
           coalesce(facet.usual, '{}'), coalesce(facet.in_term, '{}')
    FROM pin
    JOIN public_organisation o ON o.id = pin.organisation_id
    LEFT JOIN offered ON offered.id = pin.service_id
    LEFT JOIN facet ON facet.id = coalesce(pin.service_id, pin.organisation_id)
                   AND facet.is_whole = (pin.service_id IS NULL);
END $$;

CREATE FUNCTION map_needs_of(need_ids uuid[]) RETURNS TABLE (
    kind smallint, record_id uuid, place_id uuid, organisation_id uuid, x bigint, y bigint, name text,
    themes text[], audiences text[], open_minutes int4multirange, term_minutes int4multirange
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT 2::smallint, n.id, n.id, NULL::uuid, world_x(ST_X(n.geom)), world_y(ST_Y(n.geom)), left(n.statement, 160),
           ARRAY[n.theme_key], CASE WHEN n.audience = '' THEN '{}' ELSE ARRAY[n.audience] END,
           '{}'::int4multirange, '{}'::int4multirange
    FROM unnest(need_ids) AS asked (id) JOIN public_need n ON n.id = asked.id WHERE n.geom IS NOT NULL;
END $$;

-- Make the pins of these organisations what they should be. The locks come first: whoever else is changing one of
-- these organisations or their places has then committed, and the next statement sees it.
-- A load comes before anybody has counted its rows: without nested loops no plan can go wrong by more than a little
-- (and compiling plans, which a forbidden loop makes look worth it, would cost more than running them).
CREATE FUNCTION refresh_map_organisations(ids uuid[]) RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    loops text := current_setting('enable_nestloop');
    plans text := current_setting('plan_cache_mode');
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN
        RETURN;
    END IF;
    IF cardinality(ids) > 1000 THEN
        PERFORM set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true);
    ELSE -- one change: thinking of a plan takes longer than the work, so it is done once per connection
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    END IF;
    PERFORM FROM organisation WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    ids := ARRAY(
        SELECT organisation_id FROM footprint WHERE organisation_id = ANY (ids)
        UNION SELECT organisation_id FROM map_point WHERE organisation_id = ANY (ids));
    PERFORM FROM place WHERE id IN (SELECT place_id FROM footprint WHERE organisation_id = ANY (ids))
    ORDER BY id FOR SHARE;
    WITH fresh AS MATERIALIZED (SELECT * FROM map_points_of(ids)),
    gone AS (
        DELETE FROM map_point WHERE (kind, record_id, place_id) IN (
            SELECT kind, record_id, place_id FROM map_point WHERE organisation_id = ANY (ids)
            EXCEPT SELECT kind, record_id, place_id FROM fresh)
    )
    INSERT INTO map_point AS m (kind, record_id, place_id, organisation_id, x, y, name, themes, audiences,
                                open_minutes, term_minutes)
    SELECT * FROM fresh
    ON CONFLICT ON CONSTRAINT pk_map_point DO UPDATE SET
        organisation_id = excluded.organisation_id, x = excluded.x, y = excluded.y, name = excluded.name,
        themes = excluded.themes, audiences = excluded.audiences, open_minutes = excluded.open_minutes,
        term_minutes = excluded.term_minutes
    WHERE (m.organisation_id, m.x, m.y, m.name, m.themes, m.audiences, m.open_minutes, m.term_minutes)
        IS DISTINCT FROM (excluded.organisation_id, excluded.x, excluded.y, excluded.name, excluded.themes,
                          excluded.audiences, excluded.open_minutes, excluded.term_minutes);
    PERFORM set_config('enable_nestloop', loops, true), set_config('plan_cache_mode', plans, true);
END $$;

CREATE FUNCTION refresh_map_needs(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN
        RETURN;
    END IF;
    WITH fresh AS MATERIALIZED (SELECT * FROM map_needs_of(ids)),
    gone AS (
        DELETE FROM map_point m WHERE m.kind = 2 AND m.record_id = ANY (ids)
        AND NOT EXISTS (SELECT FROM fresh f WHERE f.record_id = m.record_id)
    )
    INSERT INTO map_point AS m (kind, record_id, place_id, organisation_id, x, y, name, themes, audiences,
                                open_minutes, term_minutes)
    SELECT * FROM fresh
    ON CONFLICT ON CONSTRAINT pk_map_point DO UPDATE SET
        x = excluded.x, y = excluded.y, name = excluded.name, themes = excluded.themes, audiences = excluded.audiences
    WHERE (m.x, m.y, m.name, m.themes, m.audiences)
        IS DISTINCT FROM (excluded.x, excluded.y, excluded.name, excluded.themes, excluded.audiences);
END $$;

