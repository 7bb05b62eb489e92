-- What residents send in, how they can be reached, and who decides; and what a page of a group should say.

ALTER TABLE organisation ADD COLUMN is_confidential BOOLEAN DEFAULT 'false' NOT NULL;
ALTER TABLE organisation ADD COLUMN version INTEGER DEFAULT '1' NOT NULL;
COMMENT ON COLUMN organisation.is_confidential IS
    'A refuge: no point and no area finer than a council is ever public';
COMMENT ON COLUMN organisation.version IS 'Counts up with every change a person makes';

-- Which columns of an organisation the map shows or hides by.
CREATE OR REPLACE FUNCTION on_organisation_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_map_organisations(ARRAY(
        SELECT id FROM (SELECT id, name, review_status, stage, is_confidential FROM changed
                        EXCEPT SELECT id, name, review_status, stage, is_confidential FROM before) AS differing));
    RETURN NULL;
END $$;

ALTER TABLE service ADD COLUMN room VARCHAR(32) DEFAULT 'unknown' NOT NULL;
ALTER TABLE service ADD COLUMN min_age SMALLINT;
ALTER TABLE service ADD COLUMN max_age SMALLINT;
ALTER TABLE service ADD COLUMN how_to_join TEXT DEFAULT '' NOT NULL;
ALTER TABLE service ADD COLUMN toilet BOOLEAN;
ALTER TABLE service ADD COLUMN hearing_loop BOOLEAN;
ALTER TABLE service ADD CONSTRAINT ck_service_room CHECK (room IN ('open', 'waiting_list', 'full', 'unknown'));
ALTER TABLE service ADD CONSTRAINT ck_service_ages_in_range
    CHECK (min_age BETWEEN 0 AND 120 AND max_age BETWEEN 0 AND 120);
ALTER TABLE service ADD CONSTRAINT ck_service_ages_in_order CHECK (min_age <= max_age);
COMMENT ON COLUMN service.toilet IS 'A toilet a wheelchair fits in; null: nobody has said';
COMMENT ON COLUMN service.hearing_loop IS 'Null: nobody has said';

ALTER TABLE schedule ADD COLUMN week_of_month SMALLINT;
ALTER TABLE schedule ADD CONSTRAINT ck_schedule_week_of_month CHECK (week_of_month BETWEEN 1 AND 5);
COMMENT ON COLUMN schedule.week_of_month IS
    'Only the first, second … such day of a month; 5 = the last; null: every week';

ALTER TABLE need ADD COLUMN area_id INTEGER;
ALTER TABLE need ADD COLUMN shape geometry(MULTIPOLYGON, 4326);
ALTER TABLE need ADD COLUMN status_note TEXT DEFAULT '' NOT NULL;
ALTER TABLE need ADD CONSTRAINT fk_need_area_id FOREIGN KEY (area_id) REFERENCES area (id);
CREATE INDEX ix_need_area_id ON need (area_id);
COMMENT ON COLUMN need.area_id IS 'The area it is about, where no point was given';
COMMENT ON COLUMN need.shape IS 'Drawn by hand; public as it is';
COMMENT ON COLUMN need.status_note IS 'What happened, for those who follow';

ALTER TABLE account_role DROP CONSTRAINT pk_account_role;
ALTER TABLE account_role ADD COLUMN id INTEGER GENERATED ALWAYS AS IDENTITY;
ALTER TABLE account_role ADD COLUMN area_id INTEGER;
ALTER TABLE account_role ADD COLUMN hub_id UUID;
ALTER TABLE account_role ADD CONSTRAINT pk_account_role PRIMARY KEY (id);
ALTER TABLE account_role ADD CONSTRAINT uq_account_role_account_id_role_area_id_hub_id
    UNIQUE NULLS NOT DISTINCT (account_id, role, area_id, hub_id);
ALTER TABLE account_role ADD CONSTRAINT ck_account_role_one_limit CHECK (area_id IS NULL OR hub_id IS NULL);
ALTER TABLE account_role ADD CONSTRAINT fk_account_role_area_id
    FOREIGN KEY (area_id) REFERENCES area (id) ON DELETE CASCADE;
ALTER TABLE account_role ADD CONSTRAINT fk_account_role_hub_id
    FOREIGN KEY (hub_id) REFERENCES hub (id) ON DELETE CASCADE;
CREATE INDEX ix_account_role_area_id ON account_role (area_id);
CREATE INDEX ix_account_role_hub_id ON account_role (hub_id);

CREATE TABLE audit_entry (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    account_id UUID,
    verb TEXT NOT NULL,
    record_kind VARCHAR(32) NOT NULL,
    record_id UUID,
    submission_id UUID,
    before JSONB,
    after JSONB,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (id),
    CONSTRAINT ck_audit_entry_recordkind CHECK (record_kind IN ('organisation', 'need'))
);
CREATE INDEX ix_audit_entry_record_id ON audit_entry (record_id);
COMMENT ON COLUMN audit_entry.account_id IS 'Null: a visitor or the site itself';

CREATE TABLE mail (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    to_address TEXT NOT NULL,
    template TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state VARCHAR(32) DEFAULT 'waiting' NOT NULL,
    tries SMALLINT DEFAULT '0' NOT NULL,
    next_try_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    sent_at_utc TIMESTAMP WITH TIME ZONE,
    last_problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_mail PRIMARY KEY (id),
    CONSTRAINT ck_mail_mailstate CHECK (state IN ('waiting', 'sent', 'failed', 'held_back'))
);
CREATE INDEX ix_mail_state ON mail (state);
CREATE INDEX ix_mail_to_address_made_at_utc ON mail (to_address, made_at_utc);

CREATE TABLE ask (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organisation_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    words TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_ask PRIMARY KEY (id),
    CONSTRAINT fk_ask_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT ck_ask_askkind CHECK (kind IN ('space', 'volunteers', 'funding', 'equipment', 'skill', 'mentoring', 'transport'))
);
CREATE INDEX ix_ask_organisation_id ON ask (organisation_id);

CREATE TABLE contact (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organisation_id UUID,
    purpose VARCHAR(32) NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    email TEXT,
    phone TEXT,
    publish BOOLEAN DEFAULT 'false' NOT NULL,
    lawful_basis TEXT DEFAULT 'consent' NOT NULL,
    consent_at_utc TIMESTAMP WITH TIME ZONE,
    consent_words TEXT DEFAULT '' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    email_confirmed_at_utc TIMESTAMP WITH TIME ZONE,
    review_due DATE,
    added_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    deleted_at_utc TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_contact PRIMARY KEY (id),
    CONSTRAINT ck_contact_published_with_consent CHECK (NOT publish OR consent_at_utc IS NOT NULL),
    CONSTRAINT ck_contact_email_in_small_letters CHECK (email = lower(email)),
    CONSTRAINT ck_contact_deleted_is_empty CHECK (deleted_at_utc IS NULL OR (name = '' AND email IS NULL AND phone IS NULL)),
    CONSTRAINT fk_contact_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT ck_contact_contactpurpose CHECK (purpose IN ('sender', 'group', 'need_follower', 'pledge'))
);
CREATE INDEX ix_contact_email ON contact (email);
CREATE INDEX ix_contact_organisation_id ON contact (organisation_id);
COMMENT ON COLUMN contact.phone IS 'As E.164: +441614960000';
COMMENT ON COLUMN contact.consent_words IS 'What they said yes to';
COMMENT ON COLUMN contact.source IS 'How we came by it: add form, loaded list';

CREATE TABLE draft (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    kind VARCHAR(32) NOT NULL,
    answers JSONB DEFAULT '{}' NOT NULL,
    organisation_id UUID,
    base_version INTEGER,
    started_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY (id),
    CONSTRAINT ck_draft_draftkind CHECK (kind IN ('group', 'need')),
    CONSTRAINT fk_draft_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE
);
CREATE INDEX ix_draft_organisation_id ON draft (organisation_id);
COMMENT ON COLUMN draft.organisation_id IS 'Null: a new one';
COMMENT ON COLUMN draft.base_version IS 'The version of the organisation it was begun from';

CREATE TABLE not_same (
    one_id UUID NOT NULL,
    other_id UUID NOT NULL,
    account_id UUID,
    decided_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_not_same PRIMARY KEY (one_id, other_id),
    CONSTRAINT ck_not_same_in_order CHECK (one_id < other_id),
    CONSTRAINT fk_not_same_one_id FOREIGN KEY(one_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT fk_not_same_other_id FOREIGN KEY(other_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT fk_not_same_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_not_same_other_id ON not_same (other_id);

CREATE TABLE reminder (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    organisation_id UUID NOT NULL,
    number SMALLINT NOT NULL,
    sent_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    answered_at_utc TIMESTAMP WITH TIME ZONE,
    answer VARCHAR(32),
    CONSTRAINT pk_reminder PRIMARY KEY (id),
    CONSTRAINT ck_reminder_number CHECK (number BETWEEN 1 AND 3),
    CONSTRAINT fk_reminder_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT ck_reminder_reminderanswer CHECK (answer IN ('still_right', 'changed', 'closed'))
);
CREATE INDEX ix_reminder_organisation_id ON reminder (organisation_id);
COMMENT ON COLUMN reminder.number IS 'First, second or third asking since it was confirmed';

CREATE TABLE link (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    purpose VARCHAR(32) NOT NULL,
    token_hash TEXT NOT NULL,
    record_id UUID,
    contact_id UUID,
    account_id UUID,
    is_single_use BOOLEAN NOT NULL,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at_utc TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at_utc TIMESTAMP WITH TIME ZONE,
    revoked_at_utc TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_link PRIMARY KEY (id),
    CONSTRAINT ck_link_linkpurpose CHECK (purpose IN ('resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'introduction', 'sign_in', 'invitation', 'delete_me')),
    CONSTRAINT uq_link_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_link_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE,
    CONSTRAINT fk_link_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX ix_link_account_id ON link (account_id);
CREATE INDEX ix_link_contact_id ON link (contact_id);
CREATE INDEX ix_link_record_id ON link (record_id);
COMMENT ON COLUMN link.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN link.record_id IS 'The draft, organisation, need … it is for';

CREATE TABLE submission (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    kind VARCHAR(32) NOT NULL,
    state VARCHAR(32) DEFAULT 'waiting' NOT NULL,
    record_kind VARCHAR(32) NOT NULL,
    record_id UUID,
    draft_id UUID,
    document JSONB NOT NULL,
    before JSONB,
    base_version INTEGER,
    note TEXT DEFAULT '' NOT NULL,
    flags TEXT[] DEFAULT '{}' NOT NULL,
    geom geometry(POINT,4326),
    contact_id UUID,
    sender_key TEXT DEFAULT '' NOT NULL,
    sent_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    decided_at_utc TIMESTAMP WITH TIME ZONE,
    decided_by_id UUID,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (id),
    CONSTRAINT ck_submission_submissionkind CHECK (kind IN ('new_group', 'changed_group', 'claim', 'correction', 'new_need', 'challenge')),
    CONSTRAINT ck_submission_submissionstate CHECK (state IN ('waiting', 'asked', 'approved', 'rejected', 'withdrawn')),
    CONSTRAINT ck_submission_recordkind CHECK (record_kind IN ('organisation', 'need')),
    CONSTRAINT uq_submission_draft_id UNIQUE (draft_id),
    CONSTRAINT fk_submission_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE SET NULL,
    CONSTRAINT fk_submission_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_submission_contact_id ON submission (contact_id);
CREATE INDEX ix_submission_geom ON submission USING gist (geom);
CREATE INDEX ix_submission_record_id ON submission (record_id);
CREATE INDEX ix_submission_state ON submission (state);
COMMENT ON COLUMN submission.record_id IS 'Null: not yet made';
COMMENT ON COLUMN submission.draft_id IS 'One draft is sent once, however often asked';
COMMENT ON COLUMN submission.document IS 'The whole record as the sender wants it';
COMMENT ON COLUMN submission.before IS 'The record the sender saw';
COMMENT ON COLUMN submission.note IS 'In the sender''s words; never public';
COMMENT ON COLUMN submission.flags IS 'What a moderator should see';
COMMENT ON COLUMN submission.geom IS 'Whose queue it is in; never public';
COMMENT ON COLUMN submission.sender_key IS 'Keyed hash of a network address; 30 days';
COMMENT ON COLUMN submission.reason IS 'What the sender is told';

CREATE TABLE wish (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    kind VARCHAR(32) NOT NULL,
    theme_key TEXT,
    area_id INTEGER,
    audience TEXT DEFAULT '' NOT NULL,
    asked_on DATE DEFAULT CURRENT_DATE NOT NULL,
    visitor_key TEXT NOT NULL,
    CONSTRAINT pk_wish PRIMARY KEY (id),
    CONSTRAINT uq_wish_visitor_key_kind_theme_key_area_id_asked_on UNIQUE NULLS NOT DISTINCT (visitor_key, kind, theme_key, area_id, asked_on),
    CONSTRAINT ck_wish_wishkind CHECK (kind IN ('nothing_near', 'search_miss')),
    CONSTRAINT fk_wish_theme_key FOREIGN KEY(theme_key) REFERENCES theme (key),
    CONSTRAINT fk_wish_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE
);
CREATE INDEX ix_wish_area_id ON wish (area_id);
CREATE INDEX ix_wish_theme_key ON wish (theme_key);
COMMENT ON COLUMN wish.visitor_key IS 'Keyed hash with the day in it: one person counts once a day and is not known the next';

CREATE TABLE introduction (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    need_id UUID NOT NULL,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    shared_at_utc TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_introduction PRIMARY KEY (id),
    CONSTRAINT fk_introduction_need_id FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE
);
CREATE INDEX ix_introduction_need_id ON introduction (need_id);

CREATE TABLE need_support (
    need_id UUID NOT NULL,
    supporter_key TEXT NOT NULL,
    contact_id UUID,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_need_support PRIMARY KEY (need_id, supporter_key),
    CONSTRAINT fk_need_support_need_id FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE,
    CONSTRAINT fk_need_support_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE SET NULL
);
CREATE INDEX ix_need_support_contact_id ON need_support (contact_id);
COMMENT ON COLUMN need_support.contact_id IS 'Who wants to hear what becomes of it';

CREATE TABLE pledge (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    need_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    role VARCHAR(32) NOT NULL,
    words TEXT DEFAULT '' NOT NULL,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    withdrawn_at_utc TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_pledge PRIMARY KEY (id),
    CONSTRAINT uq_pledge_need_id_contact_id_role UNIQUE (need_id, contact_id, role),
    CONSTRAINT fk_pledge_need_id FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE,
    CONSTRAINT fk_pledge_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE,
    CONSTRAINT ck_pledge_pledgerole CHECK (role IN ('start', 'host', 'help'))
);
CREATE INDEX ix_pledge_contact_id ON pledge (contact_id);

CREATE TABLE revision (
    record_kind VARCHAR(32) NOT NULL,
    record_id UUID NOT NULL,
    version INTEGER NOT NULL,
    document JSONB NOT NULL,
    submission_id UUID,
    account_id UUID,
    made_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_revision PRIMARY KEY (record_kind, record_id, version),
    CONSTRAINT ck_revision_recordkind CHECK (record_kind IN ('organisation', 'need')),
    CONSTRAINT fk_revision_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE SET NULL,
    CONSTRAINT fk_revision_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE SET NULL
);

CREATE TABLE introduction_answer (
    introduction_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    says_yes BOOLEAN,
    answered_at_utc TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_introduction_answer PRIMARY KEY (introduction_id, contact_id),
    CONSTRAINT fk_introduction_answer_introduction_id FOREIGN KEY(introduction_id) REFERENCES introduction (id) ON DELETE CASCADE,
    CONSTRAINT fk_introduction_answer_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE
);
CREATE INDEX ix_introduction_answer_contact_id ON introduction_answer (contact_id);
COMMENT ON COLUMN introduction_answer.says_yes IS 'Null: no answer yet';

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entry only grows: rows are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
