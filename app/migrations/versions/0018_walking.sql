CREATE TABLE walking (
    id SMALLINT NOT NULL,
    network BYTEA NOT NULL,
    node_count INTEGER NOT NULL,
    edge_count INTEGER NOT NULL,
    made_at_utc TIMESTAMP WITH TIME ZONE,
    source_id INTEGER NOT NULL,
    CONSTRAINT pk_walking PRIMARY KEY (id),
    CONSTRAINT ck_walking_one_row CHECK (id = 1),
    CONSTRAINT fk_walking_source_id_source FOREIGN KEY (source_id) REFERENCES source (id)
);
COMMENT ON COLUMN walking.network IS
    'NumPy arrays x_m, y_m (nodes), start, stop, length_m (edges), compressed as .npz';
COMMENT ON COLUMN walking.made_at_utc IS 'As the extract says; null when it does not';
