-- What the finder searches: one row for each public service (and for a public group that lists none), filled from
-- the public views alone and kept up to date by triggers, so that what is hidden is gone in the same transaction.

CREATE FUNCTION plain_words(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, words)) $$;

-- As English words (lunches finds lunch) and as they stand, which does for Welsh and for names.
CREATE FUNCTION search_vector(words text, weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT setweight(to_tsvector('pg_catalog.english'::regconfig, plain_words(words))
                    || to_tsvector('pg_catalog.simple'::regconfig, plain_words(words)), weight) $$;

-- A time slot as minutes. Each weekday has a block of two days, so that what ends after midnight stays with the day
-- it began on; each week of a month has seven such blocks of its own (0: every week, 5: the last).
CREATE FUNCTION slot_of(weekday integer, opens time, closes time, week_of_month integer) RETURNS int4range
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT int4range(block + start, block + finish + CASE WHEN closes <= opens THEN 1440 ELSE 0 END)
    FROM (SELECT (coalesce(week_of_month, 0) * 7 + weekday - 1) * 2880 AS block,
                 extract(epoch FROM opens)::integer / 60 AS start,
                 extract(epoch FROM closes)::integer / 60 AS finish) AS minutes
$$;

CREATE TABLE findable (
    id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    is_service BOOLEAN NOT NULL,
    title TEXT NOT NULL,
    words TSVECTOR NOT NULL,
    themes TEXT[] NOT NULL,
    audiences TEXT[] NOT NULL,
    languages TEXT[] NOT NULL,
    is_free BOOLEAN NOT NULL,
    is_step_free BOOLEAN NOT NULL,
    is_remote BOOLEAN NOT NULL,
    min_age SMALLINT,
    max_age SMALLINT,
    slots INT4MULTIRANGE NOT NULL,
    term_slots INT4MULTIRANGE NOT NULL,
    geom geometry(MULTIPOINT, 27700),
    area_ids INTEGER[] NOT NULL,
    is_registered_only BOOLEAN NOT NULL,
    is_missing BOOLEAN NOT NULL,
    confirmed_on DATE,
    CONSTRAINT pk_findable PRIMARY KEY (id),
    CONSTRAINT fk_findable_organisation_id FOREIGN KEY (organisation_id) REFERENCES organisation (id) ON DELETE CASCADE
);
CREATE INDEX ix_findable_organisation_id ON findable (organisation_id);
CREATE INDEX ix_findable_words ON findable USING gin (words);
CREATE INDEX ix_findable_title ON findable USING gin (title gin_trgm_ops);
CREATE INDEX ix_findable_geom ON findable USING gist (geom);
CREATE INDEX ix_findable_area_ids ON findable USING gin (area_ids);
CREATE INDEX ix_findable_is_remote ON findable (id) WHERE is_remote;
COMMENT ON TABLE findable IS 'What the finder searches; made from the public views by triggers, never by hand';
COMMENT ON COLUMN findable.id IS 'Of the service, or of an organisation that lists none';
COMMENT ON COLUMN findable.title IS 'Names without accents, to guess what a slip meant';
COMMENT ON COLUMN findable.is_remote IS 'Online, by phone, or for the whole country';
COMMENT ON COLUMN findable.slots IS 'When it is open, as slot_of counts';
COMMENT ON COLUMN findable.term_slots IS 'As slots, in term time only';
COMMENT ON COLUMN findable.geom IS 'Its public points';
COMMENT ON COLUMN findable.area_ids IS 'Areas it serves';
COMMENT ON COLUMN findable.is_registered_only IS 'Its points are addresses in a register: nobody says it meets there';
COMMENT ON COLUMN findable.is_missing IS 'Its source no longer has it';
COMMENT ON COLUMN findable.confirmed_on IS 'Null: nobody has';

CREATE FUNCTION findable_of(ids uuid[]) RETURNS SETOF findable LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT o.id, o.name, o.summary, o.confirmed_on, o.missing_since FROM public_organisation o
        WHERE o.id = ANY (ids)
    ), offered AS MATERIALIZED (
        SELECT s.id, s.organisation_id, true AS is_service, s.name, s.description, s.audiences, s.languages,
               s.cost::text = 'free' AS is_free, coalesce(s.step_free, false) AS is_step_free, s.is_online,
               s.min_age, s.max_age, s.confirmed_on, s.missing_since,
               NOT EXISTS (SELECT FROM footprint f WHERE f.service_id = s.id) AS is_at_organisation
        FROM asked JOIN public_service s ON s.organisation_id = asked.id
        UNION ALL
        SELECT a.id, a.id, false, '', '', '{}', '{}', false, false, false, NULL, NULL, a.confirmed_on,
               a.missing_since, true
        FROM asked a WHERE NOT EXISTS (SELECT FROM public_service s WHERE s.organisation_id = a.id)
    ), themed AS (
        SELECT s.id, array_agg(t.theme_key ORDER BY t.theme_key) AS keys, string_agg(th.name, ' ') AS names
        FROM offered s JOIN public_service_theme t ON t.service_id = s.id JOIN theme th ON th.key = t.theme_key
        GROUP BY s.id
    ), timed AS (
        SELECT s.id,
               range_agg(slot_of(c.weekday, c.opens, c.closes, c.week_of_month)) FILTER (WHERE NOT c.term_time_only)
                   AS usual,
               range_agg(slot_of(c.weekday, c.opens, c.closes, c.week_of_month)) FILTER (WHERE c.term_time_only)
                   AS in_term
        FROM offered s JOIN public_schedule c ON c.service_id = s.id GROUP BY s.id
    ), placed AS (
        SELECT s.id, ST_Multi(ST_Collect(ST_Transform(f.geom, 27700))) AS geom,
               array_agg(DISTINCT f.area_id) FILTER (WHERE f.area_id IS NOT NULL) AS area_ids,
               bool_or(f.role::text = 'national') AS is_national,
               bool_and(f.role::text = 'registered_at') FILTER (WHERE f.geom IS NOT NULL) AS is_registered_only
        FROM offered s JOIN public_footprint f ON f.organisation_id = s.organisation_id
             AND ((s.is_at_organisation AND f.service_id IS NULL) OR f.service_id = s.id)
        GROUP BY s.id
    )
    SELECT s.id, s.organisation_id, s.is_service, plain_words(concat_ws(' ', s.name, a.name, themed.names)),
           search_vector(s.name, 'A') || search_vector(a.name, 'B') || search_vector(coalesce(themed.names, ''), 'C')
               || search_vector(left(s.description || ' ' || a.summary, 20000), 'D'),
           coalesce(themed.keys, '{}'), s.audiences, s.languages, s.is_free, s.is_step_free,
           s.is_online OR coalesce(placed.is_national, false), s.min_age, s.max_age,
           coalesce(timed.usual, '{}'), coalesce(timed.in_term, '{}'), placed.geom::geometry(MultiPoint, 27700),
           coalesce(placed.area_ids, '{}'),
           coalesce(placed.is_registered_only, false), coalesce(s.missing_since, a.missing_since) IS NOT NULL,
           s.confirmed_on
    FROM offered s JOIN asked a ON a.id = s.organisation_id
    LEFT JOIN themed ON themed.id = s.id LEFT JOIN timed ON timed.id = s.id LEFT JOIN placed ON placed.id = s.id;
END $$;

-- Make the rows of these organisations what they should be. The locks come first: whoever else is changing one of
-- them has then committed, and the next statement sees it. Plans as for the map: see refresh_map_organisations.
CREATE FUNCTION refresh_findable(ids uuid[]) RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    loops text := current_setting('enable_nestloop');
    plans text := current_setting('plan_cache_mode');
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN
        RETURN;
    END IF;
    IF cardinality(ids) > 1000 THEN
        PERFORM set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true);
    ELSE
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    END IF;
    PERFORM FROM organisation WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    WITH fresh AS MATERIALIZED (SELECT * FROM findable_of(ids)),
    gone AS (
        DELETE FROM findable WHERE organisation_id = ANY (ids) AND id NOT IN (SELECT id FROM fresh)
    )
    INSERT INTO findable AS f SELECT * FROM fresh
    ON CONFLICT ON CONSTRAINT pk_findable DO UPDATE SET
        organisation_id = excluded.organisation_id, is_service = excluded.is_service, title = excluded.title,
        words = excluded.words, themes = excluded.themes, audiences = excluded.audiences,
        languages = excluded.languages, is_free = excluded.is_free, is_step_free = excluded.is_step_free,
        is_remote = excluded.is_remote, min_age = excluded.min_age, max_age = excluded.max_age,
        slots = excluded.slots, term_slots = excluded.term_slots, geom = excluded.geom,
        area_ids = excluded.area_ids, is_registered_only = excluded.is_registered_only,
        is_missing = excluded.is_missing, confirmed_on = excluded.confirmed_on
    WHERE to_jsonb(f) IS DISTINCT FROM to_jsonb(excluded);
    PERFORM set_config('enable_nestloop', loops, true), set_config('plan_cache_mode', plans, true);
END $$;

-- Make everything anew from the records. Writers wait meanwhile; readers do not.
CREATE FUNCTION rebuild_findable() RETURNS void LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
BEGIN
    LOCK TABLE organisation, service, service_theme, schedule, footprint, place, findable
        IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM findable;
    INSERT INTO findable SELECT * FROM findable_of(ARRAY(SELECT id FROM organisation));
END $$;

CREATE FUNCTION on_findable_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose text := CASE TG_TABLE_NAME
        WHEN 'organisation' THEN 'SELECT id FROM %1$s'
        WHEN 'place' THEN 'SELECT f.organisation_id FROM %1$s JOIN footprint f ON f.place_id = %1$s.id'
        WHEN 'theme' THEN 'SELECT s.organisation_id FROM %1$s JOIN service_theme t ON t.theme_key = %1$s.key '
                          'JOIN service s ON s.id = t.service_id'
        WHEN 'service_theme' THEN 'SELECT s.organisation_id FROM %1$s JOIN service s ON s.id = %1$s.service_id'
        WHEN 'schedule' THEN 'SELECT s.organisation_id FROM %1$s JOIN service s ON s.id = %1$s.service_id'
        ELSE 'SELECT organisation_id FROM %1$s' END;
    ids uuid[];
BEGIN
    EXECUTE 'SELECT array_agg(id) FROM (' || format(whose, 'changed')
        || CASE WHEN TG_OP = 'UPDATE' THEN ' UNION ' || format(whose, 'before') ELSE ' UNION SELECT NULL' END
        || ') AS whose (id) WHERE id IS NOT NULL' INTO ids;
    PERFORM refresh_findable(ids);
    RETURN NULL;
END $$;

CREATE FUNCTION on_findable_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM rebuild_findable();
    RETURN NULL;
END $$;

-- A new organisation is found at once; one that goes takes its rows with it.
DO $do$
DECLARE
    watched record;
BEGIN
    FOR watched IN
        SELECT source, event FROM (VALUES
            ('organisation', '{INSERT,UPDATE}'::text[]), ('service', '{INSERT,UPDATE,DELETE}'),
            ('service_theme', '{INSERT,UPDATE,DELETE}'), ('schedule', '{INSERT,UPDATE,DELETE}'),
            ('footprint', '{INSERT,UPDATE,DELETE}'), ('place', '{UPDATE}'), ('theme', '{UPDATE}')
        ) AS list (source, events), unnest(events) AS event
    LOOP
        EXECUTE format(
            'CREATE TRIGGER find_%s AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION on_findable_change()',
            lower(watched.event), watched.event, watched.source,
            CASE watched.event
                WHEN 'INSERT' THEN 'NEW TABLE AS changed'
                WHEN 'DELETE' THEN 'OLD TABLE AS changed'
                ELSE 'NEW TABLE AS changed OLD TABLE AS before'
            END);
    END LOOP;
    FOR watched IN
        SELECT unnest('{organisation,service,service_theme,schedule,footprint,place}'::text[]) AS source
    LOOP
        EXECUTE format('CREATE TRIGGER find_truncate AFTER TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION on_findable_truncate()', watched.source);
    END LOOP;
END $do$;
