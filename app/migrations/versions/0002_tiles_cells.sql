-- From pins to counts per cell, and from records to pins: triggers, once per statement.

-- Merge the rows of one cell; rows that another transaction is merging are left to it.
CREATE FUNCTION tidy_map_cell(at_zoom smallint, at_cell bigint) RETURNS void LANGUAGE sql AS $$
    WITH taken AS (
        DELETE FROM map_cell WHERE id IN (
            SELECT id FROM map_cell WHERE zoom = at_zoom AND cell = at_cell FOR UPDATE SKIP LOCKED)
        RETURNING *
    )
    INSERT INTO map_cell (zoom, cell, kind, theme_key, pins, x_sum, y_sum)
    SELECT zoom, cell, kind, theme_key, sum(pins), sum(x_sum), sum(y_sum) FROM taken
    GROUP BY zoom, cell, kind, theme_key HAVING sum(pins) <> 0 OR sum(x_sum) <> 0 OR sum(y_sum) <> 0
$$;

-- Zooms 4 to 12; a cell at a zoom lies two levels below its tile. Cells that gathered many rows are merged, so that
-- reading one stays bounded; after a big load only the few big ones are looked at.
CREATE FUNCTION on_map_point_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('wdw.rebuilding', true) = 'on' OR NOT EXISTS (SELECT FROM changed) THEN
        RETURN NULL;
    END IF;
    EXECUTE format($sql$
        WITH signed AS (%s), finest AS MATERIALIZED (
            SELECT p.cell >> 20 AS cell, p.kind, theme_key, sum(sign) AS pins, sum(sign * x) AS x_sum,
                   sum(sign * y) AS y_sum
            FROM signed p, unnest(array_prepend('', p.themes)) AS theme_key GROUP BY 1, 2, 3
        ), added AS (
            INSERT INTO map_cell (zoom, cell, kind, theme_key, pins, x_sum, y_sum)
            SELECT zoom, cell >> (2 * (12 - zoom)), kind, theme_key, sum(pins), sum(x_sum), sum(y_sum)
            FROM finest, generate_series(4, 12) AS zoom
            GROUP BY 1, 2, 3, 4 HAVING sum(pins) <> 0 OR sum(x_sum) <> 0 OR sum(y_sum) <> 0
            RETURNING zoom, cell
        ), touched AS (SELECT DISTINCT zoom, cell FROM added WHERE zoom < 8 OR (SELECT count(*) FROM added) < 1000)
        SELECT tidy_map_cell(zoom, cell) FROM touched t
        WHERE (SELECT count(*) FROM map_cell c WHERE c.zoom = t.zoom AND c.cell = t.cell) > 250
    $sql$, CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT 1 AS sign, * FROM changed'
        WHEN 'DELETE' THEN 'SELECT -1 AS sign, * FROM changed'
        ELSE 'SELECT 1 AS sign, * FROM changed UNION ALL SELECT -1, * FROM before'
    END);
    PERFORM note_map_change();
    RETURN NULL;
END $$;

-- Every change has a row of its own, so that no two changes wait for each other; old rows are of no use.
CREATE FUNCTION note_map_change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    INSERT INTO map_change DEFAULT VALUES RETURNING id INTO number;
    IF number % 500 = 0 THEN
        DELETE FROM map_change WHERE id IN (
            SELECT id FROM map_change WHERE id < number - 500 FOR UPDATE SKIP LOCKED);
    END IF;
END $$;

CREATE FUNCTION on_organisation_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_map_organisations(ARRAY(
        SELECT id FROM (SELECT id, name, review_status, stage FROM changed
                        EXCEPT SELECT id, name, review_status, stage FROM before) AS differing));
    RETURN NULL;
END $$;

CREATE FUNCTION on_service_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM refresh_map_organisations(ARRAY(
            SELECT organisation_id FROM changed c WHERE NOT EXISTS (
                SELECT FROM before b WHERE b.id = c.id AND (b.organisation_id, b.name, b.audiences, b.review_status)
                    IS NOT DISTINCT FROM (c.organisation_id, c.name, c.audiences, c.review_status))
            UNION
            SELECT b.organisation_id FROM before b JOIN changed c USING (id)
            WHERE b.organisation_id <> c.organisation_id));
    ELSE
        PERFORM refresh_map_organisations(ARRAY(SELECT DISTINCT organisation_id FROM changed));
    END IF;
    RETURN NULL;
END $$;

-- Themes and times of services.
CREATE FUNCTION on_service_part_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM refresh_map_organisations(ARRAY(SELECT DISTINCT organisation_id FROM service WHERE id IN (
            SELECT service_id FROM changed UNION SELECT service_id FROM before)));
    ELSE
        PERFORM refresh_map_organisations(ARRAY(SELECT DISTINCT organisation_id FROM service WHERE id IN (
            SELECT service_id FROM changed)));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION on_footprint_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM refresh_map_organisations(ARRAY(
            SELECT organisation_id FROM changed UNION SELECT organisation_id FROM before));
    ELSE
        PERFORM refresh_map_organisations(ARRAY(SELECT DISTINCT organisation_id FROM changed));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION on_place_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_map_organisations(ARRAY(
        SELECT DISTINCT f.organisation_id FROM changed c JOIN before b USING (id) JOIN footprint f ON f.place_id = c.id
        WHERE (c.privacy, c.public_geom::text) IS DISTINCT FROM (b.privacy, b.public_geom::text)));
    RETURN NULL;
END $$;

CREATE FUNCTION on_need_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_map_needs(ARRAY(SELECT id FROM changed));
    RETURN NULL;
END $$;

CREATE FUNCTION on_map_source_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM rebuild_map();
    RETURN NULL;
END $$;

-- An organisation or place that is new has no footprint yet, and one that goes takes its footprints with it: those
-- bring the news.
DO $do$
DECLARE
    watched record;
BEGIN
    FOR watched IN
        SELECT source, handler, event FROM (VALUES
            ('organisation', 'on_organisation_change', '{UPDATE}'::text[]),
            ('service', 'on_service_change', '{INSERT,UPDATE,DELETE}'),
            ('service_theme', 'on_service_part_change', '{INSERT,UPDATE,DELETE}'),
            ('schedule', 'on_service_part_change', '{INSERT,UPDATE,DELETE}'),
            ('footprint', 'on_footprint_change', '{INSERT,UPDATE,DELETE}'),
            ('place', 'on_place_change', '{UPDATE}'),
            ('need', 'on_need_change', '{INSERT,UPDATE,DELETE}'),
            ('map_point', 'on_map_point_change', '{INSERT,UPDATE,DELETE}')
        ) AS list (source, handler, events), unnest(events) AS event
    LOOP
        EXECUTE format(
            'CREATE TRIGGER map_%s AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
            lower(watched.event), watched.event, watched.source,
            CASE watched.event
                WHEN 'INSERT' THEN 'NEW TABLE AS changed'
                WHEN 'DELETE' THEN 'OLD TABLE AS changed'
                ELSE 'NEW TABLE AS changed OLD TABLE AS before'
            END, watched.handler);
    END LOOP;
    FOR watched IN
        SELECT unnest('{organisation,service,service_theme,schedule,footprint,place,need}'::text[]) AS source
    LOOP
        EXECUTE format('CREATE TRIGGER map_truncate AFTER TRUNCATE ON %I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION on_map_source_truncate()', watched.source);
    END LOOP;
END $do$;

CREATE FUNCTION all_map_points() RETURNS TABLE (
    kind smallint, record_id uuid, place_id uuid, organisation_id uuid, x bigint, y bigint, name text,
    themes text[], audiences text[], open_minutes int4multirange, term_minutes int4multirange
) LANGUAGE sql STABLE AS $$
    SELECT * FROM map_points_of(ARRAY(SELECT DISTINCT organisation_id FROM footprint))
    UNION ALL
    SELECT * FROM map_needs_of(ARRAY(SELECT id FROM need))
$$;

-- Make everything anew from the records. Writers wait meanwhile; readers do not.
CREATE FUNCTION rebuild_map() RETURNS void LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
BEGIN
    LOCK TABLE organisation, service, service_theme, schedule, footprint, place, need, map_point
        IN SHARE ROW EXCLUSIVE MODE;
    PERFORM set_config('wdw.rebuilding', 'on', true);
    DELETE FROM map_point;
    INSERT INTO map_point (kind, record_id, place_id, organisation_id, x, y, name, themes, audiences, open_minutes,
                           term_minutes)
    SELECT * FROM all_map_points();
    PERFORM set_config('wdw.rebuilding', 'off', true);
    DELETE FROM map_cell;
    INSERT INTO map_cell (zoom, cell, kind, theme_key, pins, x_sum, y_sum)
    SELECT 12, p.cell >> 20, p.kind, theme_key, count(*), sum(x), sum(y)
    FROM map_point p, unnest(array_prepend('', p.themes)) AS theme_key GROUP BY 2, 3, 4;
    FOR wanted IN REVERSE 11..4 LOOP
        INSERT INTO map_cell (zoom, cell, kind, theme_key, pins, x_sum, y_sum)
        SELECT wanted, cell >> 2, kind, theme_key, sum(pins), sum(x_sum), sum(y_sum)
        FROM map_cell WHERE zoom = wanted + 1 GROUP BY 2, 3, 4;
    END LOOP;
    PERFORM note_map_change();
END $$;

-- What differs from a map made anew; nothing when all is well.
CREATE FUNCTION map_differences() RETURNS TABLE (what text, how_many bigint)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
    WITH wanted AS MATERIALIZED (SELECT * FROM all_map_points()),
    standing AS MATERIALIZED (
        SELECT kind, record_id, place_id, organisation_id, x, y, name, themes, audiences, open_minutes, term_minutes
        FROM map_point
    ), counted AS MATERIALIZED (
        SELECT zoom::smallint, p.cell >> (2 * (22 - zoom)) AS cell, p.kind, theme_key,
               count(*) AS pins, sum(x) AS x_sum, sum(y) AS y_sum
        FROM map_point p, generate_series(4, 12) AS zoom, unnest(array_prepend('', p.themes)) AS theme_key GROUP BY 1, 2, 3, 4
    ), kept AS MATERIALIZED (
        SELECT zoom, cell, kind, theme_key, sum(pins) AS pins, sum(x_sum) AS x_sum, sum(y_sum) AS y_sum
        FROM map_cell GROUP BY 1, 2, 3, 4 HAVING sum(pins) <> 0 OR sum(x_sum) <> 0 OR sum(y_sum) <> 0
    ), found AS (
        SELECT 'pins missing or different' AS what, count(*) AS how_many
        FROM (SELECT * FROM wanted EXCEPT SELECT * FROM standing) AS a
        UNION ALL
        SELECT 'pins too many or different', count(*) FROM (SELECT * FROM standing EXCEPT SELECT * FROM wanted) AS b
        UNION ALL
        SELECT 'counts missing or different', count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept) AS c
        UNION ALL
        SELECT 'counts too many or different', count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted) AS d
    )
    SELECT what, how_many FROM found WHERE how_many > 0
$$;

-- Areas that change leave their drawing stale; it is drawn anew when somebody asks for it. So is one with groups,
-- which may now be those of a layer that was not there.
CREATE FUNCTION on_area_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE area_drawing d SET is_stale = true
    WHERE NOT is_stale AND EXISTS (SELECT FROM changed) AND (
        area_layer_id IN (SELECT area_layer_id FROM changed)
        OR EXISTS (SELECT FROM area_level v WHERE v.area_layer_id = d.area_layer_id));
    RETURN NULL;
END $$;
CREATE FUNCTION on_area_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE area_drawing SET is_stale = true WHERE NOT is_stale;
    RETURN NULL;
END $$;
CREATE TRIGGER drawing_insert AFTER INSERT ON area REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION on_area_change();
CREATE TRIGGER drawing_update AFTER UPDATE ON area REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION on_area_change();
CREATE TRIGGER drawing_delete AFTER DELETE ON area REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION on_area_change();
CREATE TRIGGER drawing_truncate AFTER TRUNCATE ON area FOR EACH STATEMENT EXECUTE FUNCTION on_area_truncate();
