-- The map in tiles. Three steps, each kept up to date by the database itself:
--   tables of records -> map_point (one row per pin) -> map_cell (how many pins stand in each cell, per zoom)
-- Positions are whole numbers, the world being 2^32 wide and high (Web Mercator, y from the north), so that sums are
-- exact in any order. A cell is a quadtree cell in Morton order: a tile at zoom z is one range of cells, a parent is
-- cell >> 2.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE FUNCTION world_x(lon double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT least(4294967295, floor((lon + 180) / 360 * 4294967296)::bigint) $$;

-- Spherical Mercator, EPSG:3857; the map ends at 85.0511 degrees.
CREATE FUNCTION world_y(lat double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT greatest(0, least(4294967295, floor(
    (0.5 - ln(tan(pi() / 4 + radians(greatest(-85.0511, least(85.0511, lat))) / 2)) / (2 * pi())) * 4294967296
)::bigint)) $$;

-- The cell at level 24 (the world halved 24 times) that holds a position: the bits of x and y in turn.
CREATE FUNCTION quad_cell(x bigint, y bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    a bigint := x >> 8;
    b bigint := y >> 8;
BEGIN
    a := (a | (a << 16)) & 281470681808895;
    b := (b | (b << 16)) & 281470681808895;
    a := (a | (a << 8)) & 71777214294589695;
    b := (b | (b << 8)) & 71777214294589695;
    a := (a | (a << 4)) & 1085102592571150095;
    b := (b | (b << 4)) & 1085102592571150095;
    a := (a | (a << 2)) & 3689348814741910323;
    b := (b | (b << 2)) & 3689348814741910323;
    RETURN ((a | (a << 1)) & 6148914691236517205) | (((b | (b << 1)) & 6148914691236517205) << 1);
END $$;

CREATE TABLE map_point (
    kind SMALLINT NOT NULL,
    record_id UUID NOT NULL,
    place_id UUID NOT NULL,
    organisation_id UUID,
    x BIGINT NOT NULL,
    y BIGINT NOT NULL,
    cell BIGINT GENERATED ALWAYS AS (quad_cell(x, y)) STORED,
    name TEXT NOT NULL,
    themes TEXT[] NOT NULL,
    audiences TEXT[] NOT NULL,
    open_minutes INT4MULTIRANGE NOT NULL,
    term_minutes INT4MULTIRANGE NOT NULL,
    CONSTRAINT pk_map_point PRIMARY KEY (kind, record_id, place_id),
    CONSTRAINT ck_map_point_kind CHECK (kind BETWEEN 0 AND 2)
);
CREATE INDEX ix_map_point_cell ON map_point (cell);
CREATE INDEX ix_map_point_organisation_id ON map_point (organisation_id);
COMMENT ON COLUMN map_point.kind IS '0 organisation, 1 service, 2 need';
COMMENT ON COLUMN map_point.place_id IS 'Where it stands; a need stands for itself';
COMMENT ON COLUMN map_point.x IS 'From the west; the world is 2^32 wide';
COMMENT ON COLUMN map_point.y IS 'From the north; the world is 2^32 high';
COMMENT ON COLUMN map_point.open_minutes IS 'Open, in minutes since Monday 00:00; empty: nobody has said';
COMMENT ON COLUMN map_point.term_minutes IS 'As open_minutes, in term time only';

CREATE TABLE map_cell (
    id BIGSERIAL NOT NULL,
    zoom SMALLINT NOT NULL,
    cell BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    theme_key TEXT NOT NULL,
    pins INTEGER NOT NULL,
    x_sum BIGINT NOT NULL,
    y_sum BIGINT NOT NULL,
    CONSTRAINT pk_map_cell PRIMARY KEY (id)
);
CREATE INDEX ix_map_cell_zoom_cell ON map_cell (zoom, cell);
COMMENT ON TABLE map_cell IS
    'Additions and subtractions: rows are only added, so that two changes never wait for each other; add them up';
COMMENT ON COLUMN map_cell.cell IS 'A sixteenth of a tile at this zoom';
COMMENT ON COLUMN map_cell.theme_key IS 'Empty: all pins of the kind; else those with this theme';

CREATE TABLE map_change (
    id BIGSERIAL NOT NULL,
    CONSTRAINT pk_map_change PRIMARY KEY (id)
);
COMMENT ON TABLE map_change IS 'One row per change of the map: caches ask for the newest and how many';

-- How each area layer is drawn, for each zoom.
CREATE TABLE area_drawing (
    area_layer_id INTEGER NOT NULL,
    version TEXT DEFAULT '' NOT NULL,
    is_stale BOOLEAN DEFAULT 'true' NOT NULL,
    area_count INTEGER DEFAULT '0' NOT NULL,
    bounds DOUBLE PRECISION[] DEFAULT '{}' NOT NULL,
    bands JSONB DEFAULT '[]' NOT NULL,
    drawn_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_area_drawing PRIMARY KEY (area_layer_id),
    CONSTRAINT fk_area_drawing_area_layer_id FOREIGN KEY(area_layer_id) REFERENCES area_layer (id) ON DELETE CASCADE
);
COMMENT ON COLUMN area_drawing.version IS 'From the outlines it was drawn from: the same outlines, the same version';
COMMENT ON COLUMN area_drawing.is_stale IS 'Areas changed since';
COMMENT ON COLUMN area_drawing.bounds IS 'West, south, east, north in degrees';

CREATE TABLE area_level (
    area_layer_id INTEGER NOT NULL,
    level SMALLINT NOT NULL,
    name TEXT NOT NULL,
    group_count INTEGER NOT NULL,
    groups INTEGER[] NOT NULL,
    CONSTRAINT pk_area_level PRIMARY KEY (area_layer_id, level),
    CONSTRAINT fk_area_level_area_layer_id FOREIGN KEY(area_layer_id) REFERENCES area_layer (id) ON DELETE CASCADE
);
COMMENT ON TABLE area_level IS 'How areas too small to see are drawn together; sums of theirs are sums of the group';
COMMENT ON COLUMN area_level.level IS 'From 1; the higher, the bigger the groups';
COMMENT ON COLUMN area_level.name IS 'The key of a coarser layer, or squares';
COMMENT ON COLUMN area_level.groups IS 'The group of each area, from 0, in the order of area codes';

CREATE TABLE area_shape (
    area_layer_id INTEGER NOT NULL,
    band SMALLINT NOT NULL,
    number INTEGER NOT NULL,
    geom geometry(MULTIPOLYGON,3857) NOT NULL,
    CONSTRAINT pk_area_shape PRIMARY KEY (area_layer_id, band, number),
    CONSTRAINT fk_area_shape_area_layer_id FOREIGN KEY(area_layer_id) REFERENCES area_layer (id) ON DELETE CASCADE
);
CREATE INDEX ix_area_shape_band_geom ON area_shape USING gist (area_layer_id, band, geom);
COMMENT ON COLUMN area_shape.number IS 'From 0: the area by the order of codes, or the group';
COMMENT ON COLUMN area_shape.band IS 'A run of zooms drawn alike; see area_drawing.bands';
