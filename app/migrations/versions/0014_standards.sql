CREATE TABLE standard (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    theme_key TEXT NOT NULL,
    audience TEXT NOT NULL,
    version INTEGER NOT NULL,
    people_per_service INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    travel TEXT NOT NULL,
    is_over BOOLEAN DEFAULT 'false' NOT NULL,
    set_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    link TEXT DEFAULT '' NOT NULL,
    account_id UUID,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_standard PRIMARY KEY (id),
    CONSTRAINT uq_standard_theme_key_audience_version UNIQUE (theme_key, audience, version),
    CONSTRAINT ck_standard_version_from_one CHECK (version >= 1),
    CONSTRAINT ck_standard_people_in_range CHECK (people_per_service BETWEEN 1 AND 10000000),
    CONSTRAINT ck_standard_minutes_in_range CHECK (minutes BETWEEN 1 AND 120),
    CONSTRAINT ck_standard_travel_known CHECK (travel IN ('foot', 'bus', 'car')),
    CONSTRAINT fk_standard_theme_key FOREIGN KEY(theme_key) REFERENCES theme (key)
);
COMMENT ON COLUMN standard.audience IS 'For whom; empty: anyone';
COMMENT ON COLUMN standard.version IS '1, 2 … of this theme and audience; the highest holds';
COMMENT ON COLUMN standard.people_per_service IS 'One service for so many people';
COMMENT ON COLUMN standard.minutes IS 'Within so many minutes on the way';
COMMENT ON COLUMN standard.travel IS 'foot, bus or car';
COMMENT ON COLUMN standard.is_over IS 'From this version on there is none';
COMMENT ON COLUMN standard.set_by IS 'The team or body that set it; public';
COMMENT ON COLUMN standard.reason IS 'Why, and from where; public';
COMMENT ON COLUMN standard.link IS 'Where it is written down; public';
COMMENT ON COLUMN standard.account_id IS 'Who typed it; never public. Null: the site itself';

CREATE FUNCTION refuse_standard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'standard only grows: rows are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER standard_only_grows BEFORE UPDATE OR DELETE ON standard
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_standard_change();
