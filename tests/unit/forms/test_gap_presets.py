"""Every preset asks something the form knows, about a theme there is."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from app.actions.gap_answers import GapQuestion
from app.actions.gap_scope import BENCHMARKS
from app.forms.gaps import QUESTION_FIELDS, question_values, read_gap_question
from geodata.gap_presets import GapPreset, list_presets, presets_about
from geodata.themes import list_themes

USUAL = GapQuestion(theme="", layer="square", within="")


@pytest.mark.parametrize("preset", list_presets(), ids=lambda preset: preset.name)
def test_a_preset_asks_what_its_address_says_and_nothing_else(preset: GapPreset) -> None:
    assert preset.theme in [theme.key for theme in list_themes()]
    assert set(preset.ask) <= set(QUESTION_FIELDS) - {"layer", "within"}
    question = read_gap_question(MultiDict(preset.ask), USUAL)
    assert question.benchmark in BENCHMARKS
    asked = {name: str(value) for name, value in question_values(question).items() if value}
    assert asked == {**preset.ask, "layer": "square"}


def test_presets_have_names_of_their_own() -> None:
    names = [preset.name for preset in list_presets()]
    assert len(names) == len(set(names)) >= 5


def test_a_preset_whose_theme_is_not_loaded_drops_out() -> None:
    assert presets_about([]) == []
    assert {preset.theme for preset in presets_about(["food", "carers"])} == {"food", "carers"}
