CREATE TABLE layer_removal (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    layer_key TEXT NOT NULL,
    name TEXT NOT NULL,
    vintage TEXT NOT NULL,
    publisher TEXT NOT NULL,
    area_count INTEGER NOT NULL,
    load_count INTEGER NOT NULL,
    loaded_at_utc TIMESTAMP WITH TIME ZONE,
    rested JSONB NOT NULL,
    account_id UUID,
    removed_at_utc TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT pk_layer_removal PRIMARY KEY (id),
    CONSTRAINT fk_layer_removal_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_layer_removal_account_id ON layer_removal (account_id);
COMMENT ON COLUMN layer_removal.layer_key IS 'Addresses of questions about it had this key';
COMMENT ON COLUMN layer_removal.load_count IS 'How often it was loaded';
COMMENT ON COLUMN layer_removal.loaded_at_utc IS 'The last time';
COMMENT ON COLUMN layer_removal.rested IS 'How many packs, snapshots and plans had asked by it; they stay';
COMMENT ON COLUMN layer_removal.account_id IS 'Who removed it; never public';
