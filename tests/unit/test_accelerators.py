"""The catalogue of accelerators: what is in it, how it is found, what is refused."""

import csv
import math
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import chinchilla_widget as cw
from chinchilla_widget.accelerators import (
    ACCELERATORS,
    DTYPES,
    Price,
    find_accelerator,
    price_age,
)
from chinchilla_widget.messages import LANGUAGES, ChinchillaError

# Dense tensor TFLOP/s from the vendors' data sheets, and what widely used training code divides by.
DENSE_BF16 = {
    "a100-40": 312,
    "a100-80": 312,
    "h100-sxm": 989.4,
    "h100-pcie": 756,
    "h200-sxm": 989.4,
    "gh200": 989.4,
    "l4": 121,
    "l40s": 362,
    "b200": 2250,
    "gb200": 2500,
    "mi250x": 383,
    "mi300x": 1307.4,
    "tpu-v4": 275,
    "tpu-v5e": 197,
    "tpu-v5p": 459,
    "tpu-v6e": 918,
    "trn1": 190,
    "trn2": 667,
    "rtx-4090": 165.2,
    "rtx-5090": 209.5,
}


@pytest.fixture(scope="module")
def shared(root: Path) -> dict[str, dict[str, str]]:
    """The facts the catalogue was made from, by id."""
    path = root.parent / "shared" / "data" / "accelerators.csv"
    if not path.exists():
        pytest.skip("the table the catalogue was made from is not beside this checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


@pytest.mark.parametrize(("key", "tflops"), DENSE_BF16.items())
def test_dense_peaks(key: str, tflops: float) -> None:
    dtype, peak = ACCELERATORS[key].peak()
    assert dtype == "bf16"
    assert peak == pytest.approx(tflops * 1e12, rel=2e-3)


def test_every_row_makes_sense() -> None:
    assert len(ACCELERATORS) == 31
    for key, chip in ACCELERATORS.items():
        assert chip.id == key
        assert chip.chip_word in ("GPU", "TPU", "chip")
        assert set(chip.peak_flops) <= set(DTYPES)
        assert 1e13 < chip.peak()[1] < 1e16
        assert chip.matmul_ceiling is None or 0.5 < chip.matmul_ceiling / chip.peak()[1] < 1
        assert chip.check_mfu(chip.mfu) == ()
        assert chip.spec_source
        for price in (chip.on_demand, chip.spot):
            if price is not None:
                assert 0 < price.low <= price.estimate[0] <= price.high
                assert price.source
        assert chip.headline_flops >= chip.peak()[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_remark_is_written(lang: str) -> None:
    for chip in ACCELERATORS.values():
        assert chip.says("mfu_reason", lang)
        assert chip.says("headline_note", lang)
        for misread in chip.misreads:
            with pytest.raises(ChinchillaError, match=chip.name):
                chip.check_peak(misread.flops, lang)


def test_remarks_read_as_attributes() -> None:
    h100 = ACCELERATORS["h100-sxm"]
    assert "0.38" in h100.mfu_reason
    assert "sparsity" in h100.headline_note
    assert ACCELERATORS["v100-sxm"].note.startswith("It has no bf16")
    assert ACCELERATORS["mi325x"].note == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("H100", "h100-sxm"),
        ("h100-sxm", "h100-sxm"),
        ("h100 pcie", "h100-pcie"),
        ("H100PCIe", "h100-pcie"),
        ("NVIDIA H100 80GB HBM3", "h100-sxm"),
        ("A100", "a100-80"),
        ("A100 80GB", "a100-80"),
        ("A100-40GB", "a100-40"),
        ("NVIDIA A100-SXM4-80GB", "a100-80"),
        ("TPU v5e", "tpu-v5e"),
        ("Google TPU v5p", "tpu-v5p"),
        ("Trillium", "tpu-v6e"),
        ("4090", "rtx-4090"),
        ("GeForce RTX 4090", "rtx-4090"),
        ("MI300", "mi300x"),
        ("Gaudi 3", "gaudi3"),
        ("Trainium2", "trn2"),
        ("H100s", "h100-sxm"),
        ("H100 GPUs", "h100-sxm"),
        ("GPUs H100", "h100-sxm"),
        ("NVIDIA L40S GPU", "l40s"),
        ("L40Ss", "l40s"),
    ],
)
def test_what_people_write_is_found(text: str, key: str) -> None:
    assert find_accelerator(text).id == key


def test_every_form_names_its_own_accelerator() -> None:
    for chip in ACCELERATORS.values():
        for form in (chip.id, chip.name, *chip.aliases):
            assert find_accelerator(form) is chip
            assert find_accelerator(form.upper().replace(" ", "-")) is chip


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("h20", "H200"),
        ("B100", "B200"),
        ("A1000", "A100"),
        ("TPU v5", "TPU v5p, TPU v5e"),
        ("A10", "A10G"),
        ("L40", "L40S"),
        ("ironwod", "TPU v7"),  # one name is near, and still it is not taken
    ],
)
def test_the_nearest_are_offered_and_none_is_taken(text: str, meant: str) -> None:
    with pytest.raises(ChinchillaError, match=rf"“{text}”.*Did you mean .*{meant}") as refusal:
        find_accelerator(text)
    assert refusal.value.code == "accelerators.unknown_near"


@pytest.mark.parametrize("text", ["GPU", "gpus", "TPU", "chips", "NVIDIA GPU", " ", "aceleradores"])
def test_a_word_for_chips_is_no_chip(text: str) -> None:
    with pytest.raises(ChinchillaError, match="H100") as refusal:
        find_accelerator(text)
    assert refusal.value.code == "accelerators.no_hardware"


def test_something_else_gets_the_list() -> None:
    with pytest.raises(ChinchillaError, match="Contiene") as refusal:
        find_accelerator("zzz", "es")
    assert "H100 SXM" in str(refusal.value)


def test_precisions() -> None:
    h100, v100 = ACCELERATORS["h100-sxm"], ACCELERATORS["v100-sxm"]
    assert h100.peak("FP8") == ("fp8", 1979e12)
    assert h100.peak("bfloat16") == ("bf16", 989e12)
    assert v100.peak() == ("fp16", 125e12)  # no bf16 tensor cores
    with pytest.raises(ChinchillaError, match=r"no bf16 peak.*it has fp16"):
        v100.peak("bf16")
    with pytest.raises(ChinchillaError, match="bf16, fp16, tf32, fp8"):
        h100.peak("fp32")


@pytest.mark.parametrize(
    ("key", "tflops", "what"),
    [
        ("h100-sxm", 1979, "sparsity.*989"),
        ("h100-sxm", 1978.9, "sparsity.*989"),
        ("h100-sxm", 67, "FP32.*989"),
        ("h100-sxm", 60, "FP32.*989"),
        ("h100-sxm", 133.8, "vector.*989"),
        ("h100-pcie", 1513, "sparsity.*756.*fp8"),
        ("h100-nvl", 1979, "pair.*835"),
        ("h200-sxm", 1979, "sparsity.*989"),
        ("a100-80", 624, "sparsity.*312"),
        ("a100-40", 19.5, "FP32.*312"),
        ("a100-80", 156, "tf32.*312"),
        ("b200", 4500, "sparsity.*2,250"),
        ("gb200", 5000, "sparsity.*2,500"),
        ("l40s", 733, "sparsity.*362"),
        ("a10g", 125, "A10,.*70"),
        ("mi250x", 191.5, "devices.*383"),
        ("gaudi3", 1835, "clock.*1,677"),
        ("trn2", 2563, "4:1.*667"),
        ("tpu-v5e", 394, "INT8.*197"),
        ("tpu-v7", 4614, "fp8.*2,307"),
        ("rtx-4090", 330.3, "FP16 accumulation.*165"),
        ("rtx-4090", 82.6, "shader.*165"),
        ("rtx-5090", 419, "FP16 accumulation"),
    ],
)
def test_known_numbers_that_are_no_dense_peak(key: str, tflops: float, what: str) -> None:
    with pytest.raises(ChinchillaError, match=what):
        ACCELERATORS[key].check_peak(tflops * 1e12)


def test_the_same_digits_may_be_a_dense_peak_in_another_precision() -> None:
    for key, tflops, dtype in [
        ("h100-pcie", 1513, "fp8"),
        ("h100-sxm", 1979, "fp8"),
        ("rtx-4090", 82.6, "tf32"),
    ]:
        assert ACCELERATORS[key].check_peak(tflops * 1e12, dtype=dtype) == tflops * 1e12


def test_a_peak_of_ones_own() -> None:
    h100 = ACCELERATORS["h100-sxm"]
    assert h100.check_peak(989.5e12) == 989.5e12
    assert h100.check_peak(900e12) == 900e12  # held at a lower clock
    with pytest.raises(ChinchillaError, match="write 989e12"):
        h100.check_peak(989)
    for nothing in (0.0, -1e12, math.nan, math.inf):
        with pytest.raises(ChinchillaError, match="positive"):
            h100.check_peak(nothing)


@pytest.mark.parametrize(
    ("key", "possible", "impossible"),
    [
        ("h100-sxm", 0.80, 0.81),
        ("a100-80", 0.86, 0.87),
        ("b200", 0.77, 0.78),
        ("mi300x", 0.51, 0.52),
        ("mi325x", 0.60, 0.61),
        ("mi355x", 0.62, 0.63),
    ],
)
def test_no_run_is_above_a_bare_matmul(key: str, possible: float, impossible: float) -> None:
    chip = ACCELERATORS[key]
    chip.check_mfu(possible)
    with pytest.raises(ChinchillaError, match=rf"{impossible:.0%}"[:-1]) as refusal:
        chip.check_mfu(impossible)
    assert refusal.value.code == "accelerators.mfu_above_ceiling"
    limit = str(refusal.value).rsplit(" ", 1)[-1].rstrip(".")
    assert limit.startswith(f"{possible:.0%}"[:-1])


def test_the_ceiling_belongs_to_its_precision_and_peak() -> None:
    h100 = ACCELERATORS["h100-sxm"]
    assert h100.check_mfu(0.85, "fp8") == ("accelerators.mfu_high",)
    assert h100.check_mfu(0.95, peak_flops=800e12) == ("accelerators.mfu_high",)


def test_mfu_is_a_share() -> None:
    h100 = ACCELERATORS["h100-sxm"]
    assert h100.check_mfu(0.60) == ()
    assert h100.check_mfu(0.61) == ("accelerators.mfu_high",)
    with pytest.raises(ChinchillaError, match=r"write 0\.37 or 37%"):
        h100.check_mfu(37)
    for nothing in (0.0, -0.3, 101.0, math.nan):
        with pytest.raises(ChinchillaError, match="more than 0 and at most 1"):
            h100.check_mfu(nothing)


def test_prices() -> None:
    h100, mi355x = ACCELERATORS["h100-sxm"], ACCELERATORS["mi355x"]
    assert h100.price() == (2.95, ())
    spot, notes = h100.price("spot")
    assert spot == pytest.approx(math.sqrt(0.80 * 2.27))
    assert notes == ("accelerators.geometric_mean",)
    assert mi355x.price() == (None, ())
    with pytest.raises(ChinchillaError, match="on-demand or spot"):
        h100.price("reserved")


def test_a_price_without_a_middle() -> None:
    assert Price(1, None, 4, None, "").estimate == (2, True)
    assert Price(1, 3, 4, None, "").estimate == (3, False)
    assert Price(1, None, 1, None, "").estimate == (1, False)


@pytest.mark.parametrize(
    ("dated", "age"),
    [
        ("2026-09-06", "fresh"),
        ("2026-05-28", "fresh"),
        ("2026-05-27", "old"),
        ("2026-06", "fresh"),
        ("2026-05", "old"),
        ("2025-03", "old"),
        ("2027-01", "fresh"),
        ("2026", "undated"),
        ("2025", "old"),
        (None, "undated"),
        ("", "undated"),
    ],
)
def test_how_old_a_price_is(dated: str | None, age: str) -> None:
    assert price_age(dated, today=date(2026, 11, 24)) == age


def test_every_date_can_be_read() -> None:
    for chip in ACCELERATORS.values():
        for price in (chip.on_demand, chip.spot):
            if price is not None:
                price_age(price.date, date(2026, 11, 24))


def test_importing_reads_nothing() -> None:
    program = (
        "import chinchilla_widget.accelerators as a; assert not vars(a.ACCELERATORS);"
        "a.ACCELERATORS['h100-sxm']; assert vars(a.ACCELERATORS)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_agrees_with_the_facts_it_was_made_from(shared: dict[str, dict[str, str]]) -> None:
    def number(text: str) -> float | None:
        return float(text) if text else None

    assert list(ACCELERATORS) == list(shared)
    for key, facts in shared.items():
        chip = ACCELERATORS[key]
        for dtype in DTYPES:
            peak = chip.peak_flops.get(dtype)
            assert number(facts[f"{dtype}_dense_tflops"]) == (peak and peak / 1e12), (key, dtype)
        assert number(facts["mamf_bf16_tflops"]) == (
            chip.matmul_ceiling and chip.matmul_ceiling / 1e12
        )
        assert float(facts["vendor_headline_bf16_tflops"]) == chip.headline_flops / 1e12
        assert number(facts["memory_gb"]) == chip.memory_gb
        assert number(facts["bandwidth_tb_s"]) == chip.bandwidth_tb_s
        assert number(facts["tdp_w"]) == chip.tdp_w
        assert number(facts["mfu_default"]) == chip.mfu
        for price, word in ((chip.on_demand, "ondemand"), (chip.spot, "spot")):
            low = number(facts[f"{word}_low_usd_h"])
            assert low == (price and price.low)
            assert number(facts[f"{word}_high_usd_h"]) == (price and price.high)
        if chip.on_demand:
            assert number(facts["ondemand_typ_usd_h"]) == chip.on_demand.typical
            assert facts["typ_price_date"] in ("", chip.on_demand.date)
        for alias in facts["aliases"].split(";"):
            assert find_accelerator(alias) is chip


def test_a_peak_of_ones_own_is_blamed_before_the_mfu() -> None:
    with pytest.raises(ChinchillaError) as caught:
        cw.plan("$1M", peak_flops=4e15)
    sentence = str(caught.value).replace("\xa0", " ")
    assert "check peak_flops" in sentence
    assert "989 TFLOP/s" in sentence
    cw.plan("$1M", peak_flops=4e15, mfu=float(sentence.split("at most ")[1].split(" %")[0]) / 100)
    with pytest.raises(ChinchillaError, match="Nothing reaches"):
        cw.plan("$1M", mfu=0.9)


def test_an_id_that_does_not_exist_is_a_key_error_and_a_sentence() -> None:
    for mapping, key, said in (
        (cw.ACCELERATORS, "h100", "Did you mean h100-sxm?"),
        (cw.ACCELERATORS, "xyzzy", "The ids are v100-sxm"),
        (cw.LAWS, "besiroglu", "Did you mean besiroglu-2024"),
        (cw.LAWS, "x", "The laws are besiroglu-2024"),
    ):
        with pytest.raises(KeyError) as caught:
            mapping[key]
        assert said in str(caught.value)
        assert str(caught.value)[0] == "N"  # a sentence, not a quoted string
        assert key not in mapping
        assert mapping.get(key) is None
