ALTER TABLE contact ADD COLUMN hub_letters_at_utc TIMESTAMP WITH TIME ZONE;
ALTER TABLE contact ADD COLUMN hub_letters_words TEXT DEFAULT '' NOT NULL;
ALTER TABLE contact ADD COLUMN hub_letters_stopped_at_utc TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN contact.hub_letters_at_utc IS 'When they said that hubs may write to them; null: never';
COMMENT ON COLUMN contact.hub_letters_words IS 'What they said yes to';
COMMENT ON COLUMN contact.hub_letters_stopped_at_utc IS 'When they asked hubs to stop; null: not since they said yes';
ALTER TABLE contact ADD CONSTRAINT ck_contact_hub_letters_with_words
    CHECK (hub_letters_at_utc IS NULL OR hub_letters_words <> '');
ALTER TABLE mail ADD COLUMN reply_to TEXT DEFAULT '' NOT NULL;
ALTER TABLE mail ADD COLUMN is_one_click BOOLEAN DEFAULT false NOT NULL;
COMMENT ON COLUMN mail.reply_to IS 'Where answers go; empty: to the site';
COMMENT ON COLUMN mail.is_one_click IS 'A POST to unsubscribe_address ends it without a page (RFC 8058)';
CREATE TABLE hub_letter (
    id UUID NOT NULL,
    hub_id UUID NOT NULL,
    account_id UUID,
    subject TEXT NOT NULL,
    words TEXT NOT NULL,
    theme_names TEXT[] NOT NULL,
    area_names TEXT[] NOT NULL,
    sent_to INTEGER NOT NULL,
    left_out JSONB NOT NULL,
    sent_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_hub_letter PRIMARY KEY (id),
    CONSTRAINT fk_hub_letter_hub_id FOREIGN KEY(hub_id) REFERENCES hub (id) ON DELETE CASCADE,
    CONSTRAINT fk_hub_letter_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_hub_letter_account_id ON hub_letter (account_id);
CREATE INDEX ix_hub_letter_hub_id_sent_at_utc ON hub_letter (hub_id, sent_at_utc);
COMMENT ON COLUMN hub_letter.id IS 'Made by the form: sent twice it is one letter';
COMMENT ON COLUMN hub_letter.theme_names IS 'As called that day; none: every theme';
COMMENT ON COLUMN hub_letter.area_names IS 'As called that day';
COMMENT ON COLUMN hub_letter.sent_to IS 'Groups that it was queued for';
COMMENT ON COLUMN hub_letter.left_out IS 'Groups that match and got none, by reason';
CREATE TABLE hub_letter_copy (
    hub_letter_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    contact_id UUID,
    mail_id UUID,
    stopped_at_utc TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_hub_letter_copy PRIMARY KEY (hub_letter_id, organisation_id),
    CONSTRAINT fk_hub_letter_copy_hub_letter_id FOREIGN KEY(hub_letter_id) REFERENCES hub_letter (id) ON DELETE CASCADE,
    CONSTRAINT fk_hub_letter_copy_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_hub_letter_copy_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE SET NULL,
    CONSTRAINT fk_hub_letter_copy_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE SET NULL
);
CREATE INDEX ix_hub_letter_copy_organisation_id ON hub_letter_copy (organisation_id);
CREATE INDEX ix_hub_letter_copy_contact_id ON hub_letter_copy (contact_id);
CREATE INDEX ix_hub_letter_copy_mail_id ON hub_letter_copy (mail_id);
COMMENT ON COLUMN hub_letter_copy.contact_id IS 'Null: forgotten since';
COMMENT ON COLUMN hub_letter_copy.mail_id IS 'Null: sent so long ago that it is cleared';
COMMENT ON COLUMN hub_letter_copy.stopped_at_utc IS 'When the link in this copy was used to stop such letters';
ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
    'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'follow_area', 'introduction',
    'sign_in', 'invitation', 'delete_me', 'answer', 'member', 'hub_letters'));
