-- Tries that count against a limit: who tried what is a hash.

CREATE TABLE tried (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    counts_until_utc TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_tried PRIMARY KEY (id)
);
CREATE INDEX ix_tried_key_counts_until_utc ON tried (key, counts_until_utc);
CREATE INDEX ix_tried_counts_until_utc ON tried (counts_until_utc);
COMMENT ON COLUMN tried.key IS 'Hash of what was tried and by whom';
