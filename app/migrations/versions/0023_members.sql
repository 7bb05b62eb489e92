CREATE TABLE member (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    hub_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    organisation_id UUID,
    venture TEXT NOT NULL DEFAULT '',
    stage VARCHAR(32) NOT NULL DEFAULT 'unknown',
    words TEXT NOT NULL DEFAULT '',
    area_id INTEGER,
    on_peer_map BOOLEAN NOT NULL DEFAULT false,
    peer_consent_at_utc TIMESTAMPTZ,
    joined_at_utc TIMESTAMPTZ NOT NULL DEFAULT now(),
    accepted_at_utc TIMESTAMPTZ,
    still_here_at_utc TIMESTAMPTZ NOT NULL DEFAULT now(),
    asked_at_utc TIMESTAMPTZ,
    CONSTRAINT pk_member PRIMARY KEY (id),
    CONSTRAINT uq_member_hub_id_contact_id UNIQUE (hub_id, contact_id),
    CONSTRAINT ck_member_on_peer_map_with_consent CHECK (NOT on_peer_map OR peer_consent_at_utc IS NOT NULL),
    CONSTRAINT ck_member_stage
        CHECK (stage IN ('idea', 'starting', 'established', 'sustained', 'closed', 'unknown')),
    CONSTRAINT fk_member_hub_id FOREIGN KEY (hub_id) REFERENCES hub (id) ON DELETE CASCADE,
    CONSTRAINT fk_member_contact_id FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE CASCADE,
    CONSTRAINT fk_member_organisation_id FOREIGN KEY (organisation_id) REFERENCES organisation (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_member_area_id FOREIGN KEY (area_id) REFERENCES area (id) ON DELETE SET NULL
);
CREATE INDEX ix_member_contact_id ON member (contact_id);
CREATE INDEX ix_member_organisation_id ON member (organisation_id);
CREATE INDEX ix_member_area_id ON member (area_id);
COMMENT ON COLUMN member.organisation_id IS 'The group they say they run';
COMMENT ON COLUMN member.venture IS 'Its name, or the idea; never public';
COMMENT ON COLUMN member.words IS 'For those who run the hub';
COMMENT ON COLUMN member.area_id IS 'Roughly where: an area, never a point';
COMMENT ON COLUMN member.on_peer_map IS 'Other members may see them';
COMMENT ON COLUMN member.peer_consent_at_utc IS 'When they said so';
COMMENT ON COLUMN member.joined_at_utc IS 'Asked, or were invited';
COMMENT ON COLUMN member.accepted_at_utc IS 'A convener said yes; null: not yet';
COMMENT ON COLUMN member.still_here_at_utc IS 'When they last said that they still belong';
COMMENT ON COLUMN member.asked_at_utc IS 'When they were last asked whether they do';

CREATE TABLE member_theme (
    member_id UUID NOT NULL,
    theme_key TEXT NOT NULL,
    CONSTRAINT pk_member_theme PRIMARY KEY (member_id, theme_key),
    CONSTRAINT fk_member_theme_member_id FOREIGN KEY (member_id) REFERENCES member (id) ON DELETE CASCADE,
    CONSTRAINT fk_member_theme_theme_key FOREIGN KEY (theme_key) REFERENCES theme (key) ON DELETE CASCADE
);

ALTER TABLE contact DROP CONSTRAINT ck_contact_contactpurpose;
ALTER TABLE contact ADD CONSTRAINT ck_contact_contactpurpose CHECK (purpose IN (
    'sender', 'group', 'need_follower', 'area_follower', 'pledge', 'member'));
ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
    'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'follow_area', 'introduction',
    'sign_in', 'invitation', 'delete_me', 'answer', 'member'));
