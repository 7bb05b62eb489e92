CREATE SEQUENCE data_version_number;

CREATE TABLE data_version (
    name TEXT NOT NULL,
    version BIGINT DEFAULT nextval('data_version_number') NOT NULL,
    changed_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_data_version PRIMARY KEY (name)
);

CREATE TABLE source (
    id SERIAL NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    licence TEXT NOT NULL,
    attribution TEXT NOT NULL,
    published_on DATE,
    note TEXT DEFAULT '' NOT NULL,
    checksum TEXT DEFAULT '' NOT NULL,
    loaded_at_utc TIMESTAMP WITH TIME ZONE,
    is_invented BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT pk_source PRIMARY KEY (id),
    CONSTRAINT uq_source_key UNIQUE (key)
);
COMMENT ON COLUMN source.attribution IS 'The line the licence asks us to show';
COMMENT ON COLUMN source.published_on IS 'As the publisher says; null when it does not';
COMMENT ON COLUMN source.checksum IS 'SHA-256 of the file last loaded';

CREATE TABLE theme (
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    question TEXT NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    sort_order INTEGER NOT NULL,
    CONSTRAINT pk_theme PRIMARY KEY (key)
);
COMMENT ON COLUMN theme.question IS 'Who lacks enough good food?';
COMMENT ON COLUMN theme.icon IS 'A plain word naming a picture';

CREATE TABLE area_layer (
    id SERIAL NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    singular TEXT NOT NULL,
    vintage TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    sort_order INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    CONSTRAINT pk_area_layer PRIMARY KEY (id),
    CONSTRAINT uq_area_layer_key UNIQUE (key),
    CONSTRAINT ck_area_layer_arealayerkind CHECK (kind IN ('statistical', 'electoral', 'council', 'grid', 'hexagon', 'drawn')),
    CONSTRAINT fk_area_layer_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
COMMENT ON COLUMN area_layer.key IS 'Used in addresses: lsoa-2021';
COMMENT ON COLUMN area_layer.name IS 'Plural: Neighbourhoods (LSOA 2021)';
COMMENT ON COLUMN area_layer.sort_order IS 'Finest first';

CREATE TABLE hub (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    source_id INTEGER NOT NULL,
    source_ref TEXT NOT NULL,
    CONSTRAINT pk_hub PRIMARY KEY (id),
    CONSTRAINT uq_hub_source_id_source_ref UNIQUE (source_id, source_ref),
    CONSTRAINT fk_hub_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);

CREATE TABLE load_run (
    id SERIAL NOT NULL,
    source_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    finished_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    counts JSONB NOT NULL,
    problems JSONB NOT NULL,
    CONSTRAINT pk_load_run PRIMARY KEY (id),
    CONSTRAINT fk_load_run_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_load_run_source_id ON load_run (source_id);
COMMENT ON COLUMN load_run.kind IS 'areas, indicators, postcodes, organisations …';

CREATE TABLE need (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    theme_key TEXT NOT NULL,
    statement TEXT NOT NULL,
    audience TEXT NOT NULL,
    geom geometry(POINT,4326),
    privacy VARCHAR(32) NOT NULL,
    public_geom geometry(POINT,4326) GENERATED ALWAYS AS (CASE privacy WHEN 'exact' THEN geom WHEN 'rough' THEN ST_Transform(ST_SnapToGrid(ST_Transform(geom, 27700), 500), 4326) END) STORED,
    support_count INTEGER NOT NULL,
    status VARCHAR(32) NOT NULL,
    raised_on DATE NOT NULL,
    review_status VARCHAR(32) NOT NULL,
    source_id INTEGER NOT NULL,
    source_ref TEXT NOT NULL,
    CONSTRAINT pk_need PRIMARY KEY (id),
    CONSTRAINT uq_need_source_id_source_ref UNIQUE (source_id, source_ref),
    CONSTRAINT ck_need_geom_in_range CHECK (geom IS NULL OR (NOT ST_IsEmpty(geom) AND ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)),
    CONSTRAINT ck_need_support_not_negative CHECK (support_count >= 0),
    CONSTRAINT fk_need_theme_key FOREIGN KEY(theme_key) REFERENCES theme (key),
    CONSTRAINT ck_need_locationprivacy CHECK (privacy IN ('exact', 'rough', 'area', 'hidden')),
    CONSTRAINT ck_need_needstatus CHECK (status IN ('open', 'answered', 'closed')),
    CONSTRAINT ck_need_reviewstatus CHECK (review_status IN ('pending', 'approved', 'rejected', 'hidden')),
    CONSTRAINT fk_need_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_need_public_geom ON need USING gist (public_geom);
CREATE INDEX ix_need_theme_key ON need (theme_key);
COMMENT ON COLUMN need.geom IS 'Never public; read public_geom';

CREATE TABLE organisation (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    stage VARCHAR(32) NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    website TEXT,
    review_status VARCHAR(32) NOT NULL,
    confirmed_on DATE,
    missing_since DATE,
    source_id INTEGER NOT NULL,
    source_ref TEXT NOT NULL,
    added_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (id),
    CONSTRAINT uq_organisation_source_id_source_ref UNIQUE (source_id, source_ref),
    CONSTRAINT ck_organisation_name_not_blank CHECK (btrim(name) <> ''),
    CONSTRAINT ck_organisation_organisationkind CHECK (kind IN ('community_group', 'charity', 'social_enterprise', 'cooperative', 'club', 'faith_group', 'public_body', 'business', 'one_person', 'network', 'unknown')),
    CONSTRAINT ck_organisation_stage CHECK (stage IN ('idea', 'starting', 'established', 'sustained', 'closed', 'unknown')),
    CONSTRAINT ck_organisation_reviewstatus CHECK (review_status IN ('pending', 'approved', 'rejected', 'hidden')),
    CONSTRAINT fk_organisation_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
COMMENT ON COLUMN organisation.confirmed_on IS 'When somebody last said it is still right';
COMMENT ON COLUMN organisation.missing_since IS 'No longer in its source since this load';

CREATE TABLE place (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    postcode TEXT,
    geom geometry(POINT,4326),
    privacy VARCHAR(32) NOT NULL,
    public_geom geometry(POINT,4326) GENERATED ALWAYS AS (CASE privacy WHEN 'exact' THEN geom WHEN 'rough' THEN ST_Transform(ST_SnapToGrid(ST_Transform(geom, 27700), 500), 4326) END) STORED,
    source_id INTEGER NOT NULL,
    source_ref TEXT NOT NULL,
    CONSTRAINT pk_place PRIMARY KEY (id),
    CONSTRAINT uq_place_source_id_source_ref UNIQUE (source_id, source_ref),
    CONSTRAINT ck_place_geom_in_range CHECK (geom IS NULL OR (NOT ST_IsEmpty(geom) AND ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)),
    CONSTRAINT ck_place_locationprivacy CHECK (privacy IN ('exact', 'rough', 'area', 'hidden')),
    CONSTRAINT fk_place_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_place_public_geom ON place USING gist (public_geom);
COMMENT ON COLUMN place.postcode IS 'As people write it: M33 2AB';
COMMENT ON COLUMN place.geom IS 'Never public; read public_geom';

CREATE TABLE postcode (
    postcode TEXT NOT NULL,
    geom geometry(POINT,4326),
    terminated_on DATE,
    source_id INTEGER NOT NULL,
    CONSTRAINT pk_postcode PRIMARY KEY (postcode),
    CONSTRAINT ck_postcode_normalised CHECK (postcode ~ '^[A-Z0-9]{5,7}$'),
    CONSTRAINT fk_postcode_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
COMMENT ON COLUMN postcode.postcode IS 'Capital letters, no spaces: M332AB';
COMMENT ON COLUMN postcode.geom IS 'Null: the source gives no grid reference';
COMMENT ON COLUMN postcode.terminated_on IS 'Royal Mail stopped using it; people still type it';

CREATE TABLE area (
    id SERIAL NOT NULL,
    area_layer_id INTEGER NOT NULL,
    area_code TEXT NOT NULL,
    name TEXT NOT NULL,
    geom geometry(MULTIPOLYGON,4326) NOT NULL,
    point_geom geometry(POINT,4326) NOT NULL,
    size_m2 DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_area PRIMARY KEY (id),
    CONSTRAINT uq_area_area_layer_id_area_code UNIQUE (area_layer_id, area_code),
    CONSTRAINT ck_area_geom_valid CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom)),
    CONSTRAINT ck_area_size_positive CHECK (size_m2 > 0),
    CONSTRAINT fk_area_area_layer_id FOREIGN KEY(area_layer_id) REFERENCES area_layer (id)
);
CREATE INDEX ix_area_geom ON area USING gist (geom);
COMMENT ON COLUMN area.point_geom IS 'A point on the surface, for labels';

CREATE TABLE indicator (
    id SERIAL NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    role VARCHAR(32) NOT NULL,
    direction VARCHAR(32) NOT NULL,
    measured_on DATE,
    area_layer_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    CONSTRAINT pk_indicator PRIMARY KEY (id),
    CONSTRAINT uq_indicator_area_layer_id_key UNIQUE (area_layer_id, key),
    CONSTRAINT ck_indicator_indicatorrole CHECK (role IN ('population', 'deprivation', 'other')),
    CONSTRAINT ck_indicator_indicatordirection CHECK (direction IN ('higher', 'lower', 'rank_low', 'neutral')),
    CONSTRAINT fk_indicator_area_layer_id FOREIGN KEY(area_layer_id) REFERENCES area_layer (id),
    CONSTRAINT fk_indicator_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
COMMENT ON COLUMN indicator.key IS 'The same number for two layers has the same key';
COMMENT ON COLUMN indicator.measured_on IS 'The day or year the number describes';

CREATE TABLE organisation_identifier (
    organisation_id UUID NOT NULL,
    scheme TEXT NOT NULL,
    identifier TEXT NOT NULL,
    source_id INTEGER,
    CONSTRAINT pk_organisation_identifier PRIMARY KEY (organisation_id, scheme, identifier),
    CONSTRAINT fk_organisation_identifier_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT fk_organisation_identifier_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_organisation_identifier_scheme_identifier ON organisation_identifier (scheme, identifier);
COMMENT ON COLUMN organisation_identifier.scheme IS 'As org-id.guide: GB-CHC';
COMMENT ON COLUMN organisation_identifier.source_id IS 'Whose file says so; null: a person did';

CREATE TABLE service (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organisation_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    audiences TEXT[] NOT NULL,
    languages TEXT[] NOT NULL,
    cost VARCHAR(32) NOT NULL,
    cost_note TEXT DEFAULT '' NOT NULL,
    referral VARCHAR(32) NOT NULL,
    step_free BOOLEAN,
    is_online BOOLEAN NOT NULL,
    capacity INTEGER,
    confirmed_on DATE,
    missing_since DATE,
    review_status VARCHAR(32) NOT NULL,
    source_id INTEGER NOT NULL,
    source_ref TEXT NOT NULL,
    CONSTRAINT pk_service PRIMARY KEY (id),
    CONSTRAINT uq_service_source_id_source_ref UNIQUE (source_id, source_ref),
    CONSTRAINT ck_service_capacity_positive CHECK (capacity > 0),
    CONSTRAINT fk_service_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT ck_service_cost CHECK (cost IN ('free', 'donation', 'paid', 'unknown')),
    CONSTRAINT ck_service_referral CHECK (referral IN ('not_needed', 'needed', 'unknown')),
    CONSTRAINT ck_service_reviewstatus CHECK (review_status IN ('pending', 'approved', 'rejected', 'hidden')),
    CONSTRAINT fk_service_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_service_organisation_id ON service (organisation_id);
COMMENT ON COLUMN service.step_free IS 'Null: nobody has said';
COMMENT ON COLUMN service.capacity IS 'People at one time; null: not known';
COMMENT ON COLUMN service.missing_since IS 'No longer in its source since this load';

CREATE TABLE footprint (
    id SERIAL NOT NULL,
    organisation_id UUID NOT NULL,
    service_id UUID,
    role VARCHAR(32) NOT NULL,
    place_id UUID,
    area_id INTEGER,
    source_id INTEGER,
    CONSTRAINT pk_footprint PRIMARY KEY (id),
    CONSTRAINT ck_footprint_place_by_role CHECK ((role IN ('meets_at', 'registered_at')) = (place_id IS NOT NULL)),
    CONSTRAINT ck_footprint_area_by_role CHECK ((role = 'serves') = (area_id IS NOT NULL)),
    CONSTRAINT fk_footprint_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT fk_footprint_service_id FOREIGN KEY(service_id) REFERENCES service (id) ON DELETE CASCADE,
    CONSTRAINT ck_footprint_footprintrole CHECK (role IN ('meets_at', 'serves', 'registered_at', 'national')),
    CONSTRAINT fk_footprint_place_id FOREIGN KEY(place_id) REFERENCES place (id) ON DELETE CASCADE,
    CONSTRAINT fk_footprint_area_id FOREIGN KEY(area_id) REFERENCES area (id),
    CONSTRAINT fk_footprint_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_footprint_area_id ON footprint (area_id);
CREATE INDEX ix_footprint_organisation_id ON footprint (organisation_id);
CREATE INDEX ix_footprint_place_id ON footprint (place_id);
CREATE INDEX ix_footprint_service_id ON footprint (service_id);
COMMENT ON COLUMN footprint.service_id IS 'Null: the organisation as a whole';
COMMENT ON COLUMN footprint.source_id IS 'Whose file says so; null: a person did';

CREATE TABLE indicator_value (
    indicator_id INTEGER NOT NULL,
    area_id INTEGER NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_indicator_value PRIMARY KEY (indicator_id, area_id),
    CONSTRAINT fk_indicator_value_indicator_id FOREIGN KEY(indicator_id) REFERENCES indicator (id) ON DELETE CASCADE,
    CONSTRAINT fk_indicator_value_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE
);
CREATE INDEX ix_indicator_value_area_id ON indicator_value (area_id);

CREATE TABLE patch (
    hub_id UUID NOT NULL,
    area_id INTEGER NOT NULL,
    CONSTRAINT pk_patch PRIMARY KEY (hub_id, area_id),
    CONSTRAINT fk_patch_hub_id FOREIGN KEY(hub_id) REFERENCES hub (id) ON DELETE CASCADE,
    CONSTRAINT fk_patch_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE
);

CREATE TABLE population_point (
    id SERIAL NOT NULL,
    area_id INTEGER NOT NULL,
    geom geometry(POINT,4326) NOT NULL,
    x_m DOUBLE PRECISION NOT NULL,
    y_m DOUBLE PRECISION NOT NULL,
    share DOUBLE PRECISION NOT NULL,
    people DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_population_point PRIMARY KEY (id),
    CONSTRAINT ck_population_point_people_not_negative CHECK (people >= 0),
    CONSTRAINT fk_population_point_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE
);
CREATE INDEX ix_population_point_area_id ON population_point (area_id);
CREATE INDEX ix_population_point_geom ON population_point USING gist (geom);
COMMENT ON COLUMN population_point.x_m IS 'British National Grid easting';
COMMENT ON COLUMN population_point.y_m IS 'British National Grid northing';
COMMENT ON COLUMN population_point.share IS 'Of the people of its area; sums to 1 there';

CREATE TABLE schedule (
    id SERIAL NOT NULL,
    service_id UUID NOT NULL,
    weekday SMALLINT NOT NULL,
    opens TIME WITHOUT TIME ZONE NOT NULL,
    closes TIME WITHOUT TIME ZONE NOT NULL,
    term_time_only BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT pk_schedule PRIMARY KEY (id),
    CONSTRAINT ck_schedule_weekday CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT fk_schedule_service_id FOREIGN KEY(service_id) REFERENCES service (id) ON DELETE CASCADE
);
CREATE INDEX ix_schedule_service_id ON schedule (service_id);
COMMENT ON COLUMN schedule.weekday IS '1 = Monday';

CREATE TABLE service_theme (
    service_id UUID NOT NULL,
    theme_key TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_service_theme PRIMARY KEY (service_id, theme_key),
    CONSTRAINT fk_service_theme_service_id FOREIGN KEY(service_id) REFERENCES service (id) ON DELETE CASCADE,
    CONSTRAINT fk_service_theme_theme_key FOREIGN KEY(theme_key) REFERENCES theme (key)
);
CREATE INDEX ix_service_theme_theme_key ON service_theme (theme_key);
COMMENT ON COLUMN service_theme.reason IS 'Why it was placed here: keyword: foodbank';

CREATE TABLE site (
    id SMALLSERIAL NOT NULL,
    name TEXT NOT NULL,
    area_id INTEGER,
    base_layer_id INTEGER,
    population_indicator_id INTEGER,
    deprivation_indicator_id INTEGER,
    is_invented BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT ck_site_one_row CHECK (id = 1),
    CONSTRAINT fk_site_area_id FOREIGN KEY(area_id) REFERENCES area (id),
    CONSTRAINT fk_site_base_layer_id FOREIGN KEY(base_layer_id) REFERENCES area_layer (id),
    CONSTRAINT fk_site_population_indicator_id FOREIGN KEY(population_indicator_id) REFERENCES indicator (id),
    CONSTRAINT fk_site_deprivation_indicator_id FOREIGN KEY(deprivation_indicator_id) REFERENCES indicator (id)
);
COMMENT ON COLUMN site.base_layer_id IS 'Population points sit in it';

CREATE TABLE survey (
    id SERIAL NOT NULL,
    theme_key TEXT,
    area_id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    checked_on DATE NOT NULL,
    completeness DOUBLE PRECISION,
    note TEXT DEFAULT '' NOT NULL,
    source_id INTEGER NOT NULL,
    CONSTRAINT pk_survey PRIMARY KEY (id),
    CONSTRAINT ck_survey_completeness_share CHECK (completeness BETWEEN 0 AND 1),
    CONSTRAINT uq_survey_source_id_theme_key_area_id_kind UNIQUE NULLS NOT DISTINCT (source_id, theme_key, area_id, kind),
    CONSTRAINT fk_survey_theme_key FOREIGN KEY(theme_key) REFERENCES theme (key),
    CONSTRAINT fk_survey_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE,
    CONSTRAINT ck_survey_surveykind CHECK (kind IN ('published_list', 'walk_round')),
    CONSTRAINT fk_survey_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_survey_area_id ON survey (area_id);
COMMENT ON COLUMN survey.theme_key IS 'Null: every theme';
COMMENT ON COLUMN survey.completeness IS 'Share of what is there that was found, 0 to 1';

CREATE TABLE point_area (
    area_layer_id INTEGER NOT NULL,
    population_point_id INTEGER NOT NULL,
    area_id INTEGER NOT NULL,
    CONSTRAINT pk_point_area PRIMARY KEY (area_layer_id, population_point_id),
    CONSTRAINT fk_point_area_area_layer_id FOREIGN KEY(area_layer_id) REFERENCES area_layer (id) ON DELETE CASCADE,
    CONSTRAINT fk_point_area_population_point_id FOREIGN KEY(population_point_id) REFERENCES population_point (id) ON DELETE CASCADE,
    CONSTRAINT fk_point_area_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE
);
CREATE INDEX ix_point_area_area_id ON point_area (area_id);

