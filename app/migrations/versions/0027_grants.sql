CREATE TABLE grant_award (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    source_id INTEGER NOT NULL,
    grant_ref TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    programme TEXT NOT NULL DEFAULT '',
    currency TEXT NOT NULL,
    amount NUMERIC NOT NULL,
    awarded_on DATE NOT NULL,
    planned_from DATE,
    planned_to DATE,
    funder_name TEXT NOT NULL,
    funder_ref TEXT NOT NULL DEFAULT '',
    recipient_name TEXT NOT NULL,
    recipient_ref TEXT NOT NULL DEFAULT '',
    recipient_identifiers TEXT[] NOT NULL DEFAULT '{}',
    recipient_postcode TEXT,
    beneficiary_codes TEXT[] NOT NULL DEFAULT '{}',
    beneficiary_name TEXT NOT NULL DEFAULT '',
    organisation_id UUID,
    matched_by VARCHAR(32),
    area_id INTEGER,
    CONSTRAINT pk_grant_award PRIMARY KEY (id),
    CONSTRAINT uq_grant_award_source_id_grant_ref UNIQUE (source_id, grant_ref),
    CONSTRAINT ck_grant_award_currency CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_grant_award_amount_not_negative CHECK (amount >= 0),
    CONSTRAINT ck_grant_award_grantmatch CHECK (matched_by IN ('register_number', 'name_and_postcode')),
    CONSTRAINT ck_grant_award_matched_somehow CHECK (organisation_id IS NULL OR matched_by IS NOT NULL),
    CONSTRAINT fk_grant_award_source_id FOREIGN KEY (source_id) REFERENCES source (id),
    CONSTRAINT fk_grant_award_organisation_id FOREIGN KEY (organisation_id) REFERENCES organisation (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_grant_award_area_id FOREIGN KEY (area_id) REFERENCES area (id) ON DELETE SET NULL
);
CREATE INDEX ix_grant_award_awarded_on ON grant_award (awarded_on, id);
CREATE INDEX ix_grant_award_organisation_id ON grant_award (organisation_id);
CREATE INDEX ix_grant_award_area_id ON grant_award (area_id);
COMMENT ON COLUMN grant_award.grant_ref IS 'As published; one that begins with 360G- is the world''s';
COMMENT ON COLUMN grant_award.currency IS 'ISO 4217; amounts of two currencies are never added up';
COMMENT ON COLUMN grant_award.amount IS 'Awarded, to the penny; not what was paid out';
COMMENT ON COLUMN grant_award.funder_ref IS 'As org-id.guide, when published';
COMMENT ON COLUMN grant_award.recipient_name IS 'As the funder writes it';
COMMENT ON COLUMN grant_award.recipient_identifiers IS 'Register numbers as “GB-CHC 1146179”, the surest first';
COMMENT ON COLUMN grant_award.recipient_postcode IS 'To find the organisation; never public';
COMMENT ON COLUMN grant_award.beneficiary_codes IS 'Area codes of the one place it is for, of different kinds';
COMMENT ON COLUMN grant_award.organisation_id IS 'The recipient, where it is known';
COMMENT ON COLUMN grant_award.matched_by IS 'How it was found';
COMMENT ON COLUMN grant_award.area_id IS 'The place it is for, where it is loaded';
