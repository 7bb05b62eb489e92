CREATE TABLE account (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    email TEXT NOT NULL,
    password TEXT NOT NULL,
    active BOOLEAN DEFAULT 'true' NOT NULL,
    fs_uniquifier TEXT NOT NULL,
    is_demo BOOLEAN DEFAULT 'false' NOT NULL,
    added_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_email UNIQUE (email),
    CONSTRAINT uq_account_fs_uniquifier UNIQUE (fs_uniquifier),
    CONSTRAINT ck_account_email_in_small_letters CHECK (email = lower(email))
);
COMMENT ON COLUMN account.password IS 'Argon2 hash';
COMMENT ON COLUMN account.fs_uniquifier IS 'What a session names: a new one ends every session of the account';
COMMENT ON COLUMN account.is_demo IS 'Signs in only in demo mode';

CREATE TABLE account_role (
    account_id UUID NOT NULL,
    role VARCHAR(32) NOT NULL,
    CONSTRAINT pk_account_role PRIMARY KEY (account_id, role),
    CONSTRAINT fk_account_role_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE,
    CONSTRAINT ck_account_role_role CHECK (role IN ('moderator', 'officer', 'convener', 'admin'))
);

CREATE TABLE sign_in_try (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    account_key TEXT NOT NULL,
    address_key TEXT NOT NULL,
    tried_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sign_in_try PRIMARY KEY (id)
);
CREATE INDEX ix_sign_in_try_address_key_account_key ON sign_in_try (address_key, account_key);
CREATE INDEX ix_sign_in_try_tried_at_utc ON sign_in_try (tried_at_utc);
COMMENT ON COLUMN sign_in_try.account_key IS 'Keyed hash of the e-mail address typed';
COMMENT ON COLUMN sign_in_try.address_key IS 'Keyed hash of the network address';
