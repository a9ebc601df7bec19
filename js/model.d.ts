// The trait protocol: what Python and the screen tell each other. Python's half is widget.py.
import type { Interval } from "./interval";
import type { ProgramText } from "./program";
import type { Answer } from "./signals";

export type Kind = "money" | "flop" | "chip_time";
export type PriceKind = "on-demand" | "spot";
export type Lang = "en" | "es";
/** A number, text that Python has yet to read, or null: the catalogue's, or not asked. */
export type Quantity = number | string | null;

/** Dollars a chip-hour, and when they were seen. */
export interface Price {
  low: number;
  typical: number | null;
  high: number;
  date: string | null;
  source: string;
}

export interface Accelerator {
  id: string;
  name: string;
  /** "GPU", "TPU" or "chip". */
  chip_word: string;
  /** Dense FLOP/s of one chip by precision. */
  peaks: Record<string, number>;
  /** The precision taken when none is asked for. */
  dtype: string;
  prices: Record<PriceKind, Price | null>;
  mfu: number;
  /** FLOP/s of a bare matrix multiplication in bf16, where it was measured. */
  matmul: number | null;
  /** The code of the sentence that says why. */
  mfu_reason: string;
  spec_source: string;
  tdp_w: number | null;
}

/** Joint draws of a law's constants: numbers of single precision in base64, one a draw. */
export interface Draws {
  signals: Record<string, string>;
  /** Standard deviations that a decade of extrapolation adds to the logs, and where in them each draw lies. */
  widening: { loss: number; params: number };
  normal: string;
  /** The compute of the law's largest run, from where the decades count. */
  flops: number;
  source: string;
  /** The ends of its interval along the frontier, as shares of it: what the pictures draw bands from. */
  sure: Record<`k_${"params" | "loss"}_sure_${"low" | "high"}`, number[]>;
}

export interface Law {
  id: string;
  name: string;
  family: string;
  counts: string;
  scale: string;
  /** By the letters of its paper. */
  constants: Record<string, number>;
  /** The least and the most it was fitted on: params, tokens, flops, tokens_per_param. */
  domain: Record<string, [number, number]>;
  /** One of the laws whose range is the doubt under an answer. */
  compare: boolean;
  /** The law's constants, by the names its pictures use. */
  signals: Record<string, number>;
  flops_low?: number | null;
  flops_high: number | null;
  reference: { name: string; loss: number } | null;
  /** How sure the law is of itself, where its runs are at hand. */
  draws?: Draws | null;
  /** What it was fitted on, and who says so. */
  data?: string;
  source?: string;
  verified?: string;
  /** A fit of one's own, which has no name that Python would know; and how Python reads it again. */
  own?: boolean;
  again?: string;
  /** What must be said of every plan by it. */
  doubts?: { code: string; text: string }[];
  note?: string;
}

export interface RealModel {
  name: string;
  params: number;
  tokens: number;
  flops: number;
  source: string;
  /** On which side of its mark its name stands in the picture, if it does; how, the picture reads for itself. */
  label: string;
}

export interface Tables {
  accelerators: Accelerator[];
  laws: Law[];
  models: RealModel[];
  /** What a word is when nobody gives it. */
  defaults: Words;
  /** Where the slider of each kind of budget begins and ends. */
  ranges: Record<Kind, [number, number]>;
  /** Stands for "no limit" in expressions, which know no infinity. */
  endless: number;
  /** The plan, where the budget is not the question. */
  pin: { params: number; tokens: number; unique_tokens: number; sure?: Partial<Interval> | null } | null;
  /** What nobody gave and today's catalogue has otherwise: as it was saved. */
  kept: Partial<Record<NumberWord, number>>;
}

export interface Budget {
  kind: Kind;
  /** Dollars, FLOP or chip-hours; null where the budget is the answer. */
  value: number | null;
  low: number;
  high: number;
  /** The exchange rates it was read with, as printed, and where each is from. */
  rates?: [value: string, from: string][];
}

export interface Status {
  /** By keyword: why what was given there cannot be used. */
  errors: Record<string, string>;
  /** `word`: whose reading it tells, true as long as that stands. */
  sentences: { code: string; text: string; word?: keyof Words }[];
  error: string | null;
}

/** The pictures of a family of laws; a family may lack some. */
export interface Specs {
  solver: ProgramText;
  isoflop?: Spec;
  frontier?: Spec;
  loss?: Spec;
}

/** Both sides write these; the names are the keywords of `plan`. */
export interface Words {
  budget: string | null;
  accelerator: string;
  dtype: string | null;
  peak_flops: Quantity;
  price_kind: PriceKind | null;
  price_per_hour: Quantity;
  fx: Quantity;
  mfu: Quantity;
  goodput: Quantity;
  chips: Quantity;
  final_share: Quantity;
  law: string;
  token_price: Quantity;
  unique_tokens: Quantity;
  repeats: boolean | null;
  served_tokens: Quantity;
  serving_mfu: Quantity;
  serving_price_per_hour: Quantity;
  params: Quantity;
  tokens: Quantity;
  target_loss: Quantity;
  pue: Quantity;
  grid: Quantity;
  lang: Lang;
}

/** Python alone writes these. */
export interface Answers {
  specs: Record<string, Specs>;
  tables: Tables;
  /** How far the slider goes; Python's reading of the budget where the page may have none of its own. */
  bounds: { budget: Omit<Budget, "value"> & Partial<Budget> };
  status: Status;
  /** Counts Python's answers, so that one that changes nothing else is an answer too. */
  turn?: number;
  /** The page counts up to ask for a report, and sets 0 when it has it; without Python there is neither. */
  saving?: number;
  saved?: { html?: string; refused?: string };
  messages: Record<string, string>;
}

export type Traits = Words & Answers;
export type NumberWord = { [K in keyof Words]: Words[K] extends Quantity ? K : never }[Exclude<
  keyof Words,
  "budget" | "dtype" | "accelerator" | "price_kind" | "law" | "lang" | "repeats"
>];

/** What a report knows in place of Python. */
export interface Limits {
  high_mfu: number;
  /** Tokens: the largest open corpus, and all public text. */
  largest_corpus: number;
  public_text: number;
  epochs_nearly_free: number;
  epochs_spent: number;
}

export interface Report extends Limits {
  /** The least and the most that a numeric word may be, but for those that may be 0. */
  words: Partial<Record<NumberWord, [number, number]>>;
  may_be_zero: NumberWord[];
}

export type Picture = "isoflop" | "frontier" | "loss";
/** How wide each picture is drawn for paper, and how high all of them. */
export type Paper = Record<Picture | "height", number>;

/** The model every host of anywidget gives; `live: false` where there is no Python to answer. */
export interface Model {
  get<K extends keyof Traits>(name: K): Traits[K];
  set<K extends keyof Traits>(name: K, value: Traits[K]): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  live?: boolean;
  /** Vega's interpreter of expressions, where the page forbids eval. */
  interpreter?: unknown;
  paper?: Paper;
  /** Hears what the page has solved, before its sentences are read. */
  answered?(answer: Answer): void;
}
