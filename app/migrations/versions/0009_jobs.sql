-- Letters that may be held back, and what is done once a day.

ALTER TABLE mail ADD COLUMN queued_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;
ALTER TABLE mail ADD COLUMN unsubscribe_address TEXT DEFAULT '' NOT NULL;
UPDATE mail SET queued_at_utc = made_at_utc;
COMMENT ON COLUMN mail.body IS 'Emptied when it was sent: links in it open doors';
COMMENT ON COLUMN mail.queued_at_utc IS 'When it was made, or no longer held back';
DROP INDEX ix_mail_to_address_made_at_utc;
CREATE INDEX ix_mail_to_address_queued_at_utc ON mail (to_address, queued_at_utc);

CREATE TABLE daily_done (
    task TEXT NOT NULL,
    day DATE NOT NULL,
    CONSTRAINT pk_daily_done PRIMARY KEY (task, day)
);
