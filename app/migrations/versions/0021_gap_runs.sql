CREATE TABLE gap_run (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    question JSONB NOT NULL,
    question_key TEXT NOT NULL,
    state VARCHAR(32) NOT NULL,
    step TEXT NOT NULL DEFAULT '',
    done_share DOUBLE PRECISION NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    data_version TEXT NOT NULL DEFAULT '',
    account_id UUID,
    asked_at_utc TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    begun_at_utc TIMESTAMP WITH TIME ZONE,
    done_at_utc TIMESTAMP WITH TIME ZONE,
    result BYTEA,
    CONSTRAINT pk_gap_run PRIMARY KEY (id),
    CONSTRAINT ck_gap_run_gaprunstate CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT ck_gap_run_done_share CHECK (done_share BETWEEN 0 AND 1),
    CONSTRAINT ck_gap_run_result_when_done CHECK ((state = 'done') = (result IS NOT NULL))
);
CREATE INDEX ix_gap_run_question_key ON gap_run (question_key, data_version);
COMMENT ON COLUMN gap_run.question IS 'Every part of the question by its name';
COMMENT ON COLUMN gap_run.question_key IS 'The same for the same question';
COMMENT ON COLUMN gap_run.step IS 'What is done at the moment, in words';
COMMENT ON COLUMN gap_run.problem IS 'Why it failed, in words';
COMMENT ON COLUMN gap_run.data_version IS 'Of the data it was made from';
COMMENT ON COLUMN gap_run.account_id IS 'Who asked; never public. Null: the command line';
COMMENT ON COLUMN gap_run.result IS 'The answer, compressed';
