CREATE TABLE offer (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    direction VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    theme_key TEXT,
    words TEXT NOT NULL,
    stage VARCHAR(32) DEFAULT 'unknown' NOT NULL,
    organisation_id UUID,
    contact_id UUID,
    member_id UUID,
    address TEXT DEFAULT '' NOT NULL,
    postcode TEXT,
    geom geometry(POINT,4326),
    privacy VARCHAR(32) NOT NULL,
    public_geom geometry(POINT,4326) GENERATED ALWAYS AS (CASE privacy WHEN 'exact' THEN geom WHEN 'rough' THEN ST_Transform(ST_SnapToGrid(ST_Transform(geom, 27700), 500), 4326) END) STORED,
    area_id INTEGER,
    ends_on DATE,
    said_on DATE NOT NULL,
    asked_on DATE,
    review_status VARCHAR(32) NOT NULL,
    withdrawn_at_utc TIMESTAMP WITH TIME ZONE,
    source_id INTEGER NOT NULL,
    source_ref TEXT NOT NULL,
    added_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_offer PRIMARY KEY (id),
    CONSTRAINT uq_offer_source_id_source_ref UNIQUE (source_id, source_ref),
    CONSTRAINT ck_offer_geom_in_range CHECK (geom IS NULL OR (NOT ST_IsEmpty(geom) AND ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)),
    CONSTRAINT ck_offer_only_spaces_are_exact CHECK (privacy <> 'exact' OR (kind = 'space' AND direction = 'offer')),
    CONSTRAINT ck_offer_offerdirection CHECK (direction IN ('offer', 'ask')),
    CONSTRAINT ck_offer_askkind CHECK (kind IN ('space', 'volunteers', 'funding', 'equipment', 'skill', 'mentoring', 'transport')),
    CONSTRAINT ck_offer_stage CHECK (stage IN ('idea', 'starting', 'established', 'sustained', 'closed', 'unknown')),
    CONSTRAINT ck_offer_locationprivacy CHECK (privacy IN ('exact', 'rough', 'area', 'hidden')),
    CONSTRAINT ck_offer_reviewstatus CHECK (review_status IN ('pending', 'approved', 'rejected', 'hidden')),
    CONSTRAINT fk_offer_theme_key FOREIGN KEY(theme_key) REFERENCES theme (key),
    CONSTRAINT fk_offer_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT fk_offer_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE SET NULL,
    CONSTRAINT fk_offer_member_id FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE SET NULL,
    CONSTRAINT fk_offer_area_id FOREIGN KEY(area_id) REFERENCES area (id),
    CONSTRAINT fk_offer_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_offer_public_geom ON offer USING gist (public_geom);
CREATE INDEX ix_offer_theme_key ON offer (theme_key);
CREATE INDEX ix_offer_organisation_id ON offer (organisation_id);
CREATE INDEX ix_offer_contact_id ON offer (contact_id);
CREATE INDEX ix_offer_member_id ON offer (member_id);
CREATE INDEX ix_offer_area_id ON offer (area_id);
COMMENT ON COLUMN offer.stage IS 'Of the venture behind it';
COMMENT ON COLUMN offer.organisation_id IS 'Null: of no listed group';
COMMENT ON COLUMN offer.contact_id IS 'Who is asked; never public';
COMMENT ON COLUMN offer.member_id IS 'Who offers or asks belongs to a hub; never public';
COMMENT ON COLUMN offer.address IS 'Public only where privacy is exact';
COMMENT ON COLUMN offer.postcode IS 'As people write it; public as the address is';
COMMENT ON COLUMN offer.geom IS 'Never public; read public_geom';
COMMENT ON COLUMN offer.area_id IS 'Stands for the place where few people live';
COMMENT ON COLUMN offer.ends_on IS 'The last day it is of use; null: a year after it was said';
COMMENT ON COLUMN offer.said_on IS 'When somebody last said that it still stands';
COMMENT ON COLUMN offer.asked_on IS 'When we asked whether it still stands';

ALTER TABLE introduction
    ALTER COLUMN need_id DROP NOT NULL,
    ADD COLUMN kind VARCHAR(32),
    ADD COLUMN offer_id UUID,
    ADD COLUMN wanted_id UUID,
    ADD COLUMN organisation_id UUID,
    ADD COLUMN offered TEXT DEFAULT '' NOT NULL,
    ADD COLUMN wanted TEXT DEFAULT '' NOT NULL,
    ADD COLUMN geom geometry(POINT,4326),
    ADD CONSTRAINT ck_introduction_askkind CHECK (kind IN ('space', 'volunteers', 'funding', 'equipment', 'skill', 'mentoring', 'transport')),
    ADD CONSTRAINT fk_introduction_offer_id FOREIGN KEY (offer_id) REFERENCES offer (id) ON DELETE SET NULL,
    ADD CONSTRAINT fk_introduction_wanted_id FOREIGN KEY (wanted_id) REFERENCES offer (id) ON DELETE SET NULL,
    ADD CONSTRAINT fk_introduction_organisation_id FOREIGN KEY (organisation_id) REFERENCES organisation (id) ON DELETE SET NULL;
CREATE INDEX ix_introduction_offer_id ON introduction (offer_id);
CREATE INDEX ix_introduction_wanted_id ON introduction (wanted_id);
CREATE INDEX ix_introduction_organisation_id ON introduction (organisation_id);
COMMENT ON COLUMN introduction.need_id IS 'Neighbours who would do something about it; null: about an offer or an ask';
COMMENT ON COLUMN introduction.kind IS 'Of what is offered; null: about a need';
COMMENT ON COLUMN introduction.offer_id IS 'The offer, where it is on the list';
COMMENT ON COLUMN introduction.wanted_id IS 'The ask, where it is on the list';
COMMENT ON COLUMN introduction.organisation_id IS 'The group that asks on its page';
COMMENT ON COLUMN introduction.offered IS 'What is offered, as it stood when they were asked';
COMMENT ON COLUMN introduction.wanted IS 'What is asked for, as it stood when they were asked';
COMMENT ON COLUMN introduction.geom IS 'Where, as roughly as the public may know';
UPDATE introduction i SET geom = coalesce(
    n.public_geom, ST_PointOnSurface(n.shape), (SELECT a.point_geom FROM area a WHERE a.id = n.area_id))
FROM need n WHERE n.id = i.need_id;

ALTER TABLE introduction_answer
    ADD COLUMN gives BOOLEAN,
    ADD COLUMN asked_at_utc TIMESTAMP WITH TIME ZONE,
    ADD COLUMN outcome VARCHAR(32),
    ADD COLUMN outcome_at_utc TIMESTAMP WITH TIME ZONE,
    ADD COLUMN outcome_asks SMALLINT DEFAULT '0' NOT NULL,
    ADD COLUMN outcome_asked_at_utc TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT ck_introduction_answer_introductionoutcome CHECK (outcome IN ('helped', 'going_on', 'came_to_nothing', 'never_met'));
COMMENT ON COLUMN introduction_answer.gives IS 'True: offers; false: asks; null: neighbours about a need';
COMMENT ON COLUMN introduction_answer.asked_at_utc IS 'Null: is asked once the other has said yes';
COMMENT ON COLUMN introduction_answer.outcome IS 'What came of it; null: not said';
COMMENT ON COLUMN introduction_answer.outcome_asks IS 'How often we asked what came of it';
UPDATE introduction_answer a SET asked_at_utc = i.made_at_utc FROM introduction i WHERE i.id = a.introduction_id;
