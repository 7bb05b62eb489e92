-- Who was invited and has not accepted yet; tries to sign in are counted with all others.

ALTER TABLE account ADD COLUMN joined_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now();
UPDATE account SET joined_at_utc = added_at_utc;
COMMENT ON COLUMN account.joined_at_utc IS 'Null: invited, and has not accepted yet';
DROP TABLE sign_in_try;
