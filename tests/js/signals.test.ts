import assert from "node:assert/strict";
import { test } from "node:test";
import type { NumberWord, Traits } from "../../js/model";
import { anchors, extrapolation, fromSlider, inputs, mfu, pricePerHour, rounded, toSlider, type Answer, type Asked } from "../../js/signals";

const h100 = {
  id: "h100", name: "H100", chip_word: "GPU", peaks: { bf16: 989e12, fp8: 1979e12 }, dtype: "bf16",
  prices: { "on-demand": { low: 2, typical: 2.95, high: 12, date: "2026-05" }, spot: { low: 1, typical: null, high: 4, date: null } },
  mfu: 0.37, mfu_reason: "", tdp_w: 700,
};
const nothing = { "on-demand": null, spot: null };
const law = {
  id: "law", name: "Law", family: "parametric", counts: "total", scale: "", signals: { k_E: 1.8 },
  flops_low: 1e18, flops_high: 1e22, reference: null, constants: {}, domain: {}, compare: true,
};

function asked(words: Record<string, unknown> = {}): Asked {
  const traits: Record<string, unknown> = {
    accelerator: "h100", law: "law", price_kind: "on-demand", dtype: null, repeats: true,
    tables: { accelerators: [h100, { ...h100, id: "other", prices: nothing, tdp_w: null }], laws: [law], pin: null, endless: 1e150, defaults: { final_share: 1, pue: 1.2, grid: 300 } },
    ...words,
  };
  return {
    get: <K extends keyof Traits>(name: K) => traits[name] as Traits[K],
    number: (word: NumberWord) => (traits[word] as number | undefined) ?? null,
  };
}

const money = { kind: "money", value: 1e6 } as const;

test("what is not asked comes from the catalogue, or as the value that means nothing", () => {
  const signals = inputs(asked(), money);
  assert.equal(signals.k_budget, 1e6);
  assert.equal(signals.k_peak_flops, 989e12);
  assert.equal(signals.k_price_per_hour, 2.95);
  assert.equal(signals.k_mfu, 0.37);
  assert.equal(signals.k_tdp, 700);
  assert.equal(signals.k_E, 1.8);
  for (const name of ["k_goodput", "k_chips", "k_token_price", "k_own_params", "k_pin_params"]) assert.equal(signals[name], 0, name);
  assert.equal(signals.k_final_share, 1);
  assert.deepEqual([signals.k_pue, signals.k_grid, signals.k_unique_tokens], [1.2, 300, 1e150]);
  assert.equal(signals.k_repeats, 1);
});

test("what is asked outranks the catalogue", () => {
  const signals = inputs(asked({ mfu: 0.5, dtype: "fp8", price_per_hour: 1, chips: 512, repeats: false }), { kind: "flop", value: 1e23 });
  assert.equal(signals.k_mfu, 0.5);
  assert.equal(signals.k_peak_flops, 1979e12);
  assert.equal(signals.k_price_per_hour, 1);
  assert.equal(signals.k_chips, 512);
  assert.equal(signals.k_repeats, 0);
  assert.equal(signals.k_budget_kind, 1);
});

test("no typical price: the geometric mean of low and high; no price at all: none", () => {
  assert.equal(pricePerHour(asked({ price_kind: "spot" })), 2);
  assert.equal(pricePerHour(asked({ accelerator: "other" })), null);
  assert.equal(inputs(asked({ accelerator: "other" }), money).k_price_per_hour, 0);
  assert.equal(mfu(asked()), 0.37);
});

test("where the budget is the answer, Python's plan is pinned", () => {
  const tables = { ...asked().get("tables"), pin: { params: 7e9, tokens: 2e12, unique_tokens: 1e12 } };
  const signals = inputs(asked({ tables }), { kind: "money", value: null });
  assert.deepEqual([signals.k_pin_params, signals.k_pin_tokens, signals.k_pin_unique], [7e9, 2e12, 1e12]);
});

test("a slider gives what it prints: three digits", () => {
  assert.equal(fromSlider(6), 1e6);
  assert.equal(fromSlider(6.09), 1_230_000);
  assert.equal(rounded(1_234_567), 1_230_000);
  for (let position = 3; position <= 9; position += 0.01) {
    const value = fromSlider(position);
    assert.equal(rounded(value), value);
    assert.ok(Math.abs(toSlider(value) - position) < 0.0022);
  }
});

test("extrapolation is named from half a budget beyond the largest run, and below the smallest", () => {
  const at = (k_flops: number) => extrapolation({ k_flops } as Answer, law);
  assert.equal(at(1.4e22), null);
  assert.deepEqual(at(1e23), { code: "beyond", factor: 10, flops: 1e22 });
  assert.deepEqual(at(1e17), { code: "below", factor: 10, flops: 1e18 });
  assert.equal(extrapolation({ k_flops: 1e30 } as Answer, { ...law, flops_low: null, flops_high: null }), null);
});

test("axes follow what was found", () => {
  const answer = { k_params: 1, k_tokens: 2, k_loss: 3, k_flops: 4, k_budget_flops: 5, k_best_params: 6, k_best_loss: 7 } as Answer;
  assert.deepEqual(anchors(answer), {
    k_anchor_params: 1, k_anchor_tokens: 2, k_anchor_loss: 3, k_anchor_flops: 4, k_anchor_budget_flops: 5,
    k_anchor_best_params: 6, k_anchor_best_loss: 7,
  });
});
