ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
    'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'introduction', 'sign_in',
    'invitation', 'delete_me', 'answer'));

ALTER TABLE organisation ADD COLUMN merged_into_id UUID;
ALTER TABLE organisation ADD CONSTRAINT fk_organisation_merged_into_id
    FOREIGN KEY (merged_into_id) REFERENCES organisation (id) ON DELETE SET NULL;
CREATE INDEX ix_organisation_merged_into_id ON organisation (merged_into_id);
COMMENT ON COLUMN organisation.merged_into_id IS 'It was the same as this one, and its old address leads there';
CREATE INDEX ix_organisation_name_alike ON organisation USING gin (name gin_trgm_ops);

CREATE INDEX ix_submission_sent_at_utc ON submission (sent_at_utc);
CREATE INDEX ix_submission_sender_key ON submission (sender_key);
