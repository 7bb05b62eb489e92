CREATE TABLE area_follower (
    area_id INTEGER NOT NULL,
    contact_id UUID NOT NULL,
    told JSONB,
    told_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_area_follower PRIMARY KEY (area_id, contact_id),
    CONSTRAINT fk_area_follower_area_id FOREIGN KEY(area_id) REFERENCES area (id) ON DELETE CASCADE,
    CONSTRAINT fk_area_follower_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE
);
CREATE INDEX ix_area_follower_contact_id ON area_follower (contact_id);
COMMENT ON COLUMN area_follower.told IS 'The area as they know it: service ids, class of gap and disputes by theme; null: not yet';
COMMENT ON COLUMN area_follower.told_at_utc IS 'When they last had a letter';
ALTER TABLE contact DROP CONSTRAINT ck_contact_contactpurpose;
ALTER TABLE contact ADD CONSTRAINT ck_contact_contactpurpose CHECK (purpose IN (
    'sender', 'group', 'need_follower', 'area_follower', 'pledge'));
ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
    'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'follow_area', 'introduction',
    'sign_in', 'invitation', 'delete_me', 'answer'));
