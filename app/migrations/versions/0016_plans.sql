CREATE TABLE plan (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    title TEXT NOT NULL,
    hub_id UUID,
    account_id UUID,
    question JSONB NOT NULL,
    answer JSONB NOT NULL,
    starts_on DATE,
    ends_on DATE,
    is_shared BOOLEAN NOT NULL DEFAULT false,
    made_at_utc TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT pk_plan PRIMARY KEY (id),
    CONSTRAINT ck_plan_days_in_order CHECK (starts_on <= ends_on),
    CONSTRAINT fk_plan_hub_id FOREIGN KEY (hub_id) REFERENCES hub (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_plan_hub_id ON plan (hub_id);
CREATE INDEX ix_plan_account_id ON plan (account_id);
COMMENT ON COLUMN plan.account_id IS 'Who made it';
COMMENT ON COLUMN plan.question IS 'As its address asks it';
COMMENT ON COLUMN plan.answer IS 'The numbers of the day it was made';
COMMENT ON COLUMN plan.is_shared IS 'Whoever has its address may read it';

CREATE TABLE plan_stop (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    plan_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    area_name TEXT NOT NULL DEFAULT '',
    geom geometry(POINT, 4326) NOT NULL,
    planned_on DATE,
    before JSONB NOT NULL,
    CONSTRAINT pk_plan_stop PRIMARY KEY (id),
    CONSTRAINT ck_plan_stop_position_positive CHECK (position > 0),
    CONSTRAINT fk_plan_stop_plan_id FOREIGN KEY (plan_id) REFERENCES plan (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_plan_stop_plan_id_position ON plan_stop (plan_id, position);
COMMENT ON COLUMN plan_stop.key IS 'The candidate it was: a place, layer:area, or point:number';
COMMENT ON COLUMN plan_stop.geom IS 'A public place, or the middle of an area';
COMMENT ON COLUMN plan_stop.before IS 'need, people, known, nothing within reach, on the day of the plan';

CREATE TABLE visit (
    id UUID NOT NULL,
    plan_stop_id UUID NOT NULL,
    account_id UUID,
    visited_on DATE NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    group_name TEXT NOT NULL DEFAULT '',
    organisation_id UUID,
    submission_id UUID,
    words TEXT NOT NULL DEFAULT '',
    made_at_utc TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT pk_visit PRIMARY KEY (id),
    CONSTRAINT ck_visit_visitoutcome
        CHECK (outcome IN ('met', 'closed', 'call_back', 'wants_to_start', 'nobody_there')),
    CONSTRAINT fk_visit_plan_stop_id FOREIGN KEY (plan_stop_id) REFERENCES plan_stop (id) ON DELETE CASCADE,
    CONSTRAINT fk_visit_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL,
    CONSTRAINT fk_visit_organisation_id FOREIGN KEY (organisation_id) REFERENCES organisation (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_visit_submission_id FOREIGN KEY (submission_id) REFERENCES submission (id) ON DELETE SET NULL
);
CREATE INDEX ix_visit_plan_stop_id ON visit (plan_stop_id);
CREATE INDEX ix_visit_account_id ON visit (account_id);
CREATE INDEX ix_visit_organisation_id ON visit (organisation_id);
CREATE INDEX ix_visit_submission_id ON visit (submission_id);
COMMENT ON COLUMN visit.id IS 'Made by the phone, so that sending twice is once';
COMMENT ON COLUMN visit.group_name IS 'Whom it is about; empty: nobody';
COMMENT ON COLUMN visit.organisation_id IS 'The listed group that was met';
COMMENT ON COLUMN visit.submission_id IS 'The group that was sent in';
COMMENT ON COLUMN visit.words IS 'Never public';
