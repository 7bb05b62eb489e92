-- A load changes the same groups table by table: while it says so, the finder's rows wait, and are made once at its
-- end (queries.findable.later).
CREATE OR REPLACE FUNCTION on_findable_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF current_setting('wdw.finder_waits', true) = 'on' THEN
        INSERT INTO pg_temp.findable_waiting SELECT unnest(ids) ON CONFLICT DO NOTHING;
    ELSE
        PERFORM refresh_findable(ids);
    END IF;
    RETURN NULL;
END $$;
