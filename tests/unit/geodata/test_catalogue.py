"""Every file of the catalogue can be read, and they agree with each other and with the words of the product."""

from __future__ import annotations

import pytest

from app.vocabulary import (
    AUDIENCES,
    AreaLayerKind,
    Cost,
    IndicatorDirection,
    IndicatorRole,
    LocationPrivacy,
    OrganisationKind,
    Referral,
    Stage,
    SurveyKind,
)
from geodata import cases, datasets, profiles
from geodata.catalogue import FOLDER, list_names, read_yaml
from geodata.datasets import read_dataset
from geodata.profiles import read_profile
from geodata.themes import CODE_SCHEMES, list_themes

THEMES = {theme.key for theme in list_themes()}


def test_the_words_of_the_catalogue_are_those_of_the_product() -> None:
    assert set(profiles.KINDS) == set(OrganisationKind)
    assert set(profiles.STAGES) == set(Stage)
    assert set(profiles.PRIVACY) == set(LocationPrivacy)
    assert set(profiles.COSTS) == set(Cost)
    assert set(profiles.REFERRALS) == set(Referral)
    assert set(datasets.DIRECTIONS) == set(IndicatorDirection)
    assert set(datasets.ROLES) == set(IndicatorRole)
    assert set(cases.LAYER_KINDS) == set(AreaLayerKind)
    assert set(cases.SURVEY_KINDS) == set(SurveyKind)


def test_themes_have_plain_questions_and_one_key_each() -> None:
    themes = list_themes()
    assert len(THEMES) == len(themes) == 23
    assert all(theme.question.endswith("?") and theme.icon.isalpha() for theme in themes)
    assert all(len(theme.name) <= 24 for theme in themes)


@pytest.mark.parametrize("scheme", CODE_SCHEMES)
def test_codes_lead_to_themes_that_exist(scheme: str) -> None:
    content = read_yaml(FOLDER / f"{scheme}_themes.yaml")
    unknown = {theme for themes in content.values() for theme in themes} - THEMES
    assert unknown == set()


def test_every_theme_can_be_found_by_words() -> None:
    assert set(read_yaml(FOLDER / "theme_rules.yaml")) == THEMES | {"grant_makers"}


def test_audience_words_name_audiences_of_the_product() -> None:
    assert set(read_yaml(FOLDER / "audience_words.yaml")) <= set(AUDIENCES)


@pytest.mark.parametrize("name", list_names("datasets"))
def test_every_dataset_says_who_published_it_and_which_way_is_worse(name: str) -> None:
    dataset = read_dataset(name)
    assert dataset.source.attribution
    assert dataset.source.published is not None
    for indicator in dataset.indicators:
        if "rank" in indicator.key:
            assert indicator.direction == "rank_low"
        if "score" in indicator.key:
            assert indicator.direction == "higher"
        if indicator.role == "population":
            assert indicator.unit == "people"


@pytest.mark.parametrize("name", list_names("profiles"))
def test_every_profile_is_sound_and_registers_are_not_meeting_places(name: str) -> None:
    profile = read_profile(name)
    assert set(profile.fixed_themes) <= THEMES
    assert set(profile.audiences) <= set(AUDIENCES)
    assert not any(
        "phone" in column or "email" in column for columns in profile.texts.values() for column in columns
    )
    if profile.kind == "charity":
        assert profile.role == "registered_at"
        assert profile.privacy == "rough"
