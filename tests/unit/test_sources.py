"""Sources in Spanish: what is said beside names is Spanish, and names, dates and figures stay."""

import re
from dataclasses import replace

import pytest

from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.charts import real_models
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages.sources import _phrases, sourced
from chinchilla_widget.page import draws_source


def every_source() -> list[str]:
    found = [model["source"] for model in real_models()]
    for chip in ACCELERATORS.values():
        found.append(chip.spec_source)
        found += [price.source for price in (chip.on_demand, chip.spot) if price]
    draws = (getattr(law, "prompt_draws", None) for law in LAWS.values())
    return found + [each.source for each in draws if each is not None]


# Names of people, firms, machines and packages are no words of a language.
ENGLISH = re.compile(
    r"\b(?:the|of|and|with|were|was|has|to|on|per|day|price|prices|list|lists|median|runs|card"
    r"|table|page|pages|low|high|figures|named|unknown|documentation|datasheet)\b"
)


def test_what_is_said_of_sources_is_spanish() -> None:
    for text in every_source():
        assert not ENGLISH.search(sourced(text, "es")), sourced(text, "es")


def test_figures_are_spanish_and_dates_and_versions_stay() -> None:
    for text in every_source():
        told = sourced(text, "es")
        assert re.findall(r"20\d\d-\d\d(?:-\d\d)?", told) == re.findall(
            r"20\d\d-\d\d(?:-\d\d)?", text
        )
        assert re.findall(r"arXiv:\S+", told) == re.findall(r"arXiv:\S+", text)
        assert not re.search(r"(?<![\w.])\d{1,2}\.\d\d(?![\w.]?\d)", told), told
    assert sourced("Verda 2.29 (skypilot-catalog v8, 0.18.3)", "es") == (
        "Verda 2,29 (skypilot-catalog v8, 0.18.3)"
    )


def test_what_somebody_wrote_of_a_law_of_their_own_stays() -> None:
    law = LAWS["besiroglu-2024"]
    draws = replace(law.prompt_draws, source="my runs and yours, 2.50")
    own = replace(law, about=replace(law.about, id="mine"))
    assert draws_source(own, draws, "es") == "my runs and yours, 2.50"
    assert draws_source(law, draws, "es") == "my runs y yours, 2,50"


def test_in_english_nothing_changes() -> None:
    assert [sourced(text, "en") for text in every_source()] == every_source()


@pytest.mark.parametrize("phrase", [phrase for phrase, _ in _phrases("es")])
def test_every_phrase_is_said_somewhere(phrase: str) -> None:
    assert any(phrase in text for text in every_source())
