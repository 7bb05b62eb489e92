CREATE TABLE hub_report (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    hub_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    is_shared BOOLEAN NOT NULL DEFAULT false,
    account_id UUID,
    made_at_utc TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT pk_hub_report PRIMARY KEY (id),
    CONSTRAINT uq_hub_report_hub_id_starts_on_ends_on UNIQUE (hub_id, starts_on, ends_on),
    CONSTRAINT ck_hub_report_days_in_order CHECK (starts_on <= ends_on),
    CONSTRAINT fk_hub_report_hub_id FOREIGN KEY (hub_id) REFERENCES hub (id) ON DELETE CASCADE,
    CONSTRAINT fk_hub_report_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX ix_hub_report_account_id ON hub_report (account_id);
COMMENT ON COLUMN hub_report.words IS 'In the hub''s own words, on top';
COMMENT ON COLUMN hub_report.is_shared IS 'Whoever has its address may read it';
COMMENT ON COLUMN hub_report.account_id IS 'Who kept it last';
