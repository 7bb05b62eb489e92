-- Answers kept with all they were worked out from; parts are shared by those that rest on the same.
CREATE TABLE evidence_part (
    sha256 TEXT NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_evidence_part PRIMARY KEY (sha256)
);
COMMENT ON COLUMN evidence_part.sha256 IS 'Of content';
COMMENT ON COLUMN evidence_part.content IS 'Never public as it is';
CREATE TABLE evidence (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    state VARCHAR(32) NOT NULL,
    question JSONB NOT NULL,
    question_key TEXT NOT NULL,
    asked_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    made_on DATE,
    data_version TEXT DEFAULT '' NOT NULL,
    method_version TEXT DEFAULT '' NOT NULL,
    made_by TEXT DEFAULT '' NOT NULL,
    account_id UUID,
    parts JSONB DEFAULT '{}' NOT NULL,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id),
    CONSTRAINT uq_evidence_code UNIQUE (code),
    CONSTRAINT ck_evidence_evidencekind CHECK (kind IN ('pack', 'snapshot')),
    CONSTRAINT ck_evidence_evidencestate CHECK (state IN ('waiting', 'counting', 'drawing', 'writing', 'ready', 'failed')),
    CONSTRAINT fk_evidence_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_evidence_account_id ON evidence (account_id);
CREATE INDEX ix_evidence_question_key_made_on ON evidence (question_key, made_on);
COMMENT ON COLUMN evidence.code IS 'Cannot be guessed; the page is /evidence/<code>';
COMMENT ON COLUMN evidence.question_key IS 'The same for the same question';
COMMENT ON COLUMN evidence.made_on IS 'The day the numbers are of';
COMMENT ON COLUMN evidence.method_version IS 'Of the code of the sums';
COMMENT ON COLUMN evidence.made_by IS 'The role of who asked; no name';
COMMENT ON COLUMN evidence.parts IS 'Checksum of each evidence_part by its name';
CREATE TABLE evidence_file (
    evidence_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    content BYTEA NOT NULL,
    listed_key TEXT NOT NULL,
    CONSTRAINT pk_evidence_file PRIMARY KEY (evidence_id, name),
    CONSTRAINT fk_evidence_file_evidence_id FOREIGN KEY(evidence_id) REFERENCES evidence (id) ON DELETE CASCADE
);
COMMENT ON COLUMN evidence_file.listed_key IS 'Of the records that were public when it was made';
