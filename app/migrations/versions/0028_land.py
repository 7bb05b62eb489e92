"""A site may name the layer that draws its land, so that the sea is not taken for land nobody has loaded."""

from __future__ import annotations

from alembic import op

revision = "0028_land"
down_revision = "0027_grants"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE site
            ADD COLUMN land_layer_id INTEGER,
            ADD CONSTRAINT fk_site_land_layer_id FOREIGN KEY (land_layer_id) REFERENCES area_layer (id)
                ON DELETE SET NULL
    """)
    op.execute(
        "COMMENT ON COLUMN site.land_layer_id IS 'Draws all land around; beyond it is sea; null: not known'"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE site DROP COLUMN land_layer_id")
