CREATE TABLE plan_run (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    question JSONB NOT NULL,
    question_key TEXT NOT NULL,
    data_version TEXT NOT NULL,
    state VARCHAR(32) NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    account_id UUID,
    asked_at_utc TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    begun_at_utc TIMESTAMP WITH TIME ZONE,
    done_at_utc TIMESTAMP WITH TIME ZONE,
    result JSONB,
    CONSTRAINT pk_plan_run PRIMARY KEY (id),
    CONSTRAINT fk_plan_run_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL,
    CONSTRAINT ck_plan_run_gaprunstate CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT ck_plan_run_result_when_done CHECK ((state = 'done') = (result IS NOT NULL))
);
CREATE INDEX ix_plan_run_account_id ON plan_run (account_id);
CREATE INDEX ix_plan_run_question_key ON plan_run (question_key, data_version);
COMMENT ON COLUMN plan_run.question IS 'Every part of the question by its name, and the hubs of who asks';
COMMENT ON COLUMN plan_run.question_key IS 'The same for the same question and the same areas of other hubs';
COMMENT ON COLUMN plan_run.data_version IS 'Of the data when it was asked';
COMMENT ON COLUMN plan_run.problem IS 'Why it failed, in words';
COMMENT ON COLUMN plan_run.account_id IS 'Who asked; never public';
COMMENT ON COLUMN plan_run.result IS 'Keys of the places, what they reach, and what no choice can exceed';
ALTER TABLE plan ADD COLUMN kept JSONB NOT NULL DEFAULT '{}';
COMMENT ON COLUMN plan.kept IS 'By theme: checksum of each evidence_part that the numbers of its day rest on, by name';
