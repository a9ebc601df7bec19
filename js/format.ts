// Prints and reads numbers exactly as the Python room `quantities` does; tests/corpus/quantities.json
// holds the two equal. Nothing of Intl: its compact forms make a billón of "B" in Spanish.

export type Lang = "en" | "es";

export type ShowKind =
  | "params"
  | "tokens"
  | "flops"
  | "money"
  | "brief"
  | "price"
  | "percent"
  | "ratio"
  | "loss"
  | "hours"
  | "duration"
  | "energy"
  | "mass"
  | "count"
  | "constant"
  | "plain";

/** d.ddd × 10^exponent: the digits of a positive number; zero is ["0", 0]. */
type Digits = readonly [digits: string, exponent: number];

const SPACE = "\u00a0"; // a number and its symbol stay on one line
const MINUS = "\u2212";
const ZERO: Digits = ["0", 0];
const CONSTANT_DIGITS = 4; // as papers print the constants of a law
const COUNTED_BELOW = 6; // and what is no amount of anything, such as a ratio, sooner
const GROUPED_BELOW = 15; // from 10¹⁵ on groups of digits are no longer read, only counted
const SMALLEST = -4; // 0.000123 is still counted; 0.0000123 is not
const MARKS = { en: [",", "."], es: [".", ","] } as const; // of groups, of decimals
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SYMBOLS = ["", "K", "M", "B", "T"];
const ENERGIES = ["Wh", "kWh", "MWh", "GWh", "TWh"];
const DURATIONS = [
  { size: 1, limit: 60, en: "seconds", es: "segundos" },
  { size: 60, limit: 60, en: "minutes", es: "minutos" },
  { size: 3600, limit: 48, en: "hours", es: "horas" },
  { size: 86_400, limit: 730, en: "days", es: "días" },
  { size: 31_557_600, limit: Infinity, en: "years", es: "años" },
] as const;

// ---- decimal digits -------------------------------------------------------------------------

/** The shortest digits that read back as `value`: the same in Python and in JavaScript. */
function shortest(value: number): Digits {
  if (value === 0) return ZERO;
  const [mantissa = "0", power = "0"] = value.toExponential().split("e");
  return [mantissa.replace(".", "").replace(/0+$/, ""), Number(power)];
}

function scaled([digits, exponent]: Digits, power: number): Digits {
  return digits === "0" ? ZERO : [digits, exponent + power];
}

/** Half up on decimal digits, to `count` of them; a carry moves the exponent. */
function rounded([digits, exponent]: Digits, count: number): Digits {
  if (count < 0) return ZERO;
  const kept = digits.slice(0, count);
  if ((digits[count] ?? "0") < "5") return count ? [kept.padEnd(count, "0"), exponent] : ZERO;
  const up = String(BigInt(kept || "0") + 1n);
  if (up.length > count) return [up.slice(0, Math.max(count, 1)), exponent + 1];
  return [up.padStart(count, "0"), exponent];
}

function toDecimals(number: Digits, decimals: number): Digits {
  return rounded(number, number[1] + 1 + decimals);
}

function valueOf([digits, exponent]: Digits): number {
  return Number(`${digits}e${exponent - digits.length + 1}`);
}

/** `1,234.50`: zeros after the mark cut back down to `trim` of them. */
function positional(number: Digits, decimals: number, lang: Lang, trim?: number): string {
  let [digits, exponent] = toDecimals(number, decimals);
  if (exponent < 0) [digits, exponent] = ["0".repeat(-exponent) + digits, 0];
  const padded = digits.padEnd(exponent + 1 + decimals, "0");
  let whole = padded.slice(0, exponent + 1);
  let fraction = padded.slice(exponent + 1, exponent + 1 + decimals);
  if (trim !== undefined) fraction = fraction.slice(0, trim) + fraction.slice(trim).replace(/0+$/, "");
  // Spanish sets four-digit numbers without a separator, as its orthography asks.
  if (lang === "en" || whole.length > 4) whole = whole.replace(/\B(?=(\d{3})+$)/g, MARKS[lang][0]);
  return fraction ? whole + MARKS[lang][1] + fraction : whole;
}

/** `count` significant digits, and never fewer than all whole ones: 1.98, 18.1, 1,234. */
function significant(number: Digits, count: number, lang: Lang, trim?: number): string {
  if (number[0] === "0") return "0";
  let decimals = Math.max(0, count - 1 - number[1]);
  if (toDecimals(number, decimals)[1] > number[1]) decimals = Math.max(0, decimals - 1);
  return positional(number, decimals, lang, trim);
}

function powerOfTen(number: Digits, lang: Lang): string {
  const [digits, exponent] = rounded(number, 3);
  const raised = [...String(exponent)].map((c) => (c === "-" ? "⁻" : RAISED[Number(c)])).join("");
  return `${digits[0]}${MARKS[lang][1]}${digits.slice(1).padEnd(2, "0")}${SPACE}×${SPACE}10${raised}`;
}

function exact([digits, exponent]: Digits): string {
  const scientific = `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${exponent}`;
  const whole = digits.slice(0, Math.max(0, exponent + 1)).padEnd(Math.max(0, exponent + 1), "0");
  const fraction = exponent < 0 ? "0".repeat(-exponent - 1) + digits : digits.slice(exponent + 1);
  const plain = fraction ? `${whole || "0"}.${fraction}` : whole;
  return plain.length <= scientific.length ? plain : scientific;
}

// ---- printing -------------------------------------------------------------------------------

function symbols(number: Digits, lang: Lang): string {
  const step = Math.floor(rounded(number, 3)[1] / 3);
  if (step < 0) return plainDigits(number, lang);
  if (step === 0) return significant(number, 3, lang, 0);
  if (step >= SYMBOLS.length) return powerOfTen(number, lang);
  return `${significant(scaled(number, -3 * step), 3, lang)}${SPACE}${SYMBOLS[step]}`;
}

function plainDigits(number: Digits, lang: Lang): string {
  return inDigits(number, COUNTED_BELOW) ? significant(number, 3, lang) : powerOfTen(number, lang);
}

/** Whether digits are read at a glance; asked of what will be printed, after its carry. */
function inDigits(number: Digits, below = GROUPED_BELOW): boolean {
  const exponent = rounded(number, 3)[1];
  return SMALLEST <= exponent && exponent < below;
}

function trimmed(number: Digits, lang: Lang): string {
  return inDigits(number) ? significant(number, 3, lang, 0) : power(number, lang);
}

function power(number: Digits, lang: Lang): string {
  return number[0] === "0" ? "0" : powerOfTen(number, lang);
}

function sumOfMoney(number: Digits, lang: Lang): string {
  if (rounded(number, 3)[1] >= GROUPED_BELOW) return powerOfTen(number, lang);
  const size = toDecimals(number, 0)[1];
  if (size >= 7) return `${significant(scaled(number, -6), 3, lang, 0)}${SPACE}M`;
  const whole = positional(number, 0, lang);
  if (size >= 2) return whole;
  const text = cents(number, lang);
  return text.replace(/[.,]0+$/, "") === whole ? whole : text;
}

/** Money in three digits, where room is short. */
function brief(number: Digits, lang: Lang): string {
  const short = rounded(number, 3);
  if (short[1] < 6 || short[1] >= GROUPED_BELOW) return sumOfMoney(short, lang);
  return `${significant(scaled(short, -6), 3, lang, 0)}${SPACE}M`;
}

function cents(number: Digits, lang: Lang): string {
  if (rounded(number, 2)[1] < -6) return powerOfTen(number, lang);
  return positional(number, Math.max(2, 1 - number[1]), lang, 2);
}

function price(number: Digits, lang: Lang): string {
  if (rounded(number, 3)[1] >= GROUPED_BELOW) return powerOfTen(number, lang);
  return number[0] === "0" ? positional(number, 2, lang) : cents(number, lang);
}

function dollars(amount: string, lang: Lang): string {
  return lang === "es" ? `${amount}${SPACE}US$` : `$${amount}`;
}

function constant(number: Digits, lang: Lang): string {
  const { 1: exponent } = rounded(number, CONSTANT_DIGITS);
  return SMALLEST <= exponent && exponent < 6 ? significant(number, CONSTANT_DIGITS, lang, 0) : power(number, lang);
}

function energy(number: Digits, lang: Lang): string {
  const hours = scaled(number, 3);
  const step = Math.min(Math.max(Math.floor(rounded(hours, 3)[1] / 3), 0), ENERGIES.length - 1);
  return `${plainDigits(scaled(hours, -3 * step), lang)}${SPACE}${ENERGIES[step]}`;
}

function mass(number: Digits, lang: Lang): string {
  const exponent = rounded(number, 3)[1];
  const [shift, unit] = exponent >= 9 ? [9, "Mt"] : exponent >= 3 ? [3, "t"] : [0, "kg"];
  return `${plainDigits(scaled(number, -shift), lang)}${SPACE}${unit}`;
}

function duration(number: Digits, lang: Lang): string {
  const seconds = valueOf(number);
  for (const unit of DURATIONS) {
    const amount = shortest(seconds / unit.size);
    // What is compared is what would be printed: never "60 minutes", never "48 hours".
    if (valueOf(toDecimals(amount, Math.max(0, 1 - amount[1]))) >= unit.limit) continue;
    const far = amount[1] >= 6 || amount[1] < -4;
    return `${far ? power(amount, lang) : significant(amount, 2, lang)}${SPACE}${unit[lang]}`;
  }
  throw new Error("the last unit has no limit");
}

const PRINTERS: Record<ShowKind, (number: Digits, lang: Lang) => string> = {
  params: symbols,
  tokens: symbols,
  flops: power,
  money: (number, lang) => dollars(sumOfMoney(number, lang), lang),
  brief: (number, lang) => dollars(brief(number, lang), lang),
  price: (number, lang) => dollars(price(number, lang), lang),
  percent: (number, lang) => `${trimmed(scaled(number, 2), lang)}${SPACE}%`,
  ratio: plainDigits,
  // A loss has no thousands: "1,980" is a 1.98 whichever mark it was typed with.
  loss: (number, lang) => (rounded(number, 3)[1] < 3 ? plainDigits(number, lang) : power(number, lang)),
  hours: trimmed,
  duration,
  energy,
  mass,
  count: (number, lang) => (rounded(number, 3)[1] >= GROUPED_BELOW ? powerOfTen(number, lang) : positional(number, 0, lang)),
  constant,
  plain: exact,
};

/** `value` as printed for a person; the kinds and their units are those of Python's `show`. */
export function show(value: number, kind: ShowKind, lang: Lang): string {
  const minus = kind === "plain" ? "-" : MINUS;
  if (Number.isNaN(value)) return kind === "plain" ? "nan" : "–";
  if (!Number.isFinite(value)) return `${value < 0 ? minus : ""}${kind === "plain" ? "inf" : "∞"}`;
  const text = PRINTERS[kind](shortest(Math.abs(value)), lang);
  return value < 0 && /[1-9]/.test(text) ? minus + text : text;
}

// ---- words ----------------------------------------------------------------------------------

const LARGE = {
  en: [
    [12, "trillion", "trillion"],
    [9, "billion", "billion"],
    [6, "million", "million"],
  ],
  es: [
    [12, "billón", "billones"],
    [6, "millón", "millones"],
  ],
} as const;

type Noun = readonly [one: string, many: string];

const NOUNS: Record<Lang, Record<string, Noun>> = {
  en: {
    params: ["parameter", "parameters"],
    tokens: ["token", "tokens"],
    flops: ["FLOP", "FLOP"],
    money: ["dollar", "dollars"],
    price: ["dollar", "dollars"],
    percent: ["percent", "percent"],
    loss: ["nats per token", "nats per token"],
    hours: ["hour", "hours"],
    Wh: ["watt-hour", "watt-hours"],
    kWh: ["kilowatt-hour", "kilowatt-hours"],
    MWh: ["megawatt-hour", "megawatt-hours"],
    GWh: ["gigawatt-hour", "gigawatt-hours"],
    TWh: ["terawatt-hour", "terawatt-hours"],
    kg: ["kilogram", "kilograms"],
    t: ["tonne", "tonnes"],
    Mt: ["million tonnes", "million tonnes"],
  },
  es: {
    params: ["parámetro", "parámetros"],
    tokens: ["token", "tokens"],
    flops: ["FLOP", "FLOP"],
    money: ["dólar", "dólares"],
    price: ["dólar", "dólares"],
    percent: ["por ciento", "por ciento"],
    loss: ["nats por token", "nats por token"],
    hours: ["hora", "horas"],
    Wh: ["vatio hora", "vatios hora"],
    kWh: ["kilovatio hora", "kilovatios hora"],
    MWh: ["megavatio hora", "megavatios hora"],
    GWh: ["gigavatio hora", "gigavatios hora"],
    TWh: ["teravatio hora", "teravatios hora"],
    kg: ["kilogramo", "kilogramos"],
    t: ["tonelada", "toneladas"],
    Mt: ["millones de toneladas", "millones de toneladas"],
  },
};

function spoken(text: string, lang: Lang): string {
  const said = lang === "es" ? "por 10 elevado a" : "times 10 to the power of";
  return text
    .replace(/\u00a0×\u00a010([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)/, (_, raised: string) => {
      const exponent = [...raised].map((c) => (c === "⁻" ? MINUS : RAISED.indexOf(c))).join("");
      return ` ${said} ${exponent}`;
    })
    .replaceAll(SPACE, " ");
}

/** What `show` prints, in words and to the same three digits, for hover and screen readers. */
export function words(value: number, kind: ShowKind, lang: Lang): string {
  const text = show(value, kind, lang);
  if (kind === "plain" || kind === "ratio" || kind === "count" || kind === "constant" || kind === "brief" || kind === "duration" || !Number.isFinite(value)) {
    return spoken(text, lang);
  }
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  const counted = kind === "params" || kind === "tokens";
  if ((counted || kind === "money") && size >= 1e6 && size < 1e15) {
    const number = rounded(shortest(size), 3);
    const large = LARGE[lang].find(([exponent]) => number[1] >= exponent);
    if (large) {
      const amount = significant(scaled(number, -large[0]), 3, lang, 0);
      const word = amount === "1" ? large[1] : large[2];
      return `${sign}${amount} ${word}${lang === "es" ? " de" : ""} ${NOUNS[lang][kind]?.[1]}`;
    }
  }
  let noun: string = kind;
  let amount: string;
  if (kind === "energy" || kind === "mass") {
    const cut = text.lastIndexOf(SPACE);
    [amount, noun] = [text.slice(0, cut), text.slice(cut + 1)];
  } else {
    amount = text.replace(/(US)?\$|%/, "").replace(/^\u00a0|\u00a0$/, "");
    if (counted && amount.includes(SPACE) && !amount.includes("×")) {
      amount = sign + significant(rounded(shortest(size), 3), 3, lang, 0); // 350 K
    }
  }
  const [one, many] = NOUNS[lang][noun] ?? ["", ""];
  return `${spoken(amount, lang)} ${amount === "1" ? one : many}`;
}

/** A factor that stands before a ×: a power of ten there would say × twice. */
export function factor(value: number, lang: Lang, kind: "ratio" | "constant" = "ratio"): string {
  const digits = Number(value.toPrecision(3));
  return digits < 1e6 ? show(value, kind, lang) : show(digits, "count", lang);
}

const STEPS: Record<Lang, string[]> = { en: ["", "k", "M", "B", "T"], es: ["", `${SPACE}mil`, `${SPACE}M`] };

/** A power of ten beside a slider, as readers of the language count: $10B, but 10.000 M. */
export function tick(power: number, money: boolean, lang: Lang): string {
  const steps = STEPS[lang];
  const at = Math.min(Math.max(0, Math.floor(power / 3)), steps.length - 1);
  const digits = show(10 ** (power - 3 * at), power < 0 ? "constant" : "count", lang);
  return `${money && lang === "en" ? "$" : ""}${digits}${steps[at]}`;
}

// ---- reading what was printed ---------------------------------------------------------------

const POWERS: Record<string, number> = { K: 3, M: 6, B: 9, T: 12 };
const NUMBERS = {
  en: /^(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?$/,
  es: /^(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?$/,
} as const;
const UNITS: Partial<Record<ShowKind, RegExp>> = {
  flops: /\s*FLOP$/,
  hours: /\s*(?:(?:GPU|TPU|chip)-hours|hours|horas(?: de (?:GPU|TPU|chip))?)$/,
  params: /\s*(?:parameters|parámetros)$/,
  tokens: /\s*tokens$/,
};

/**
 * The value of a text that `show` has printed, or null for any other: people's own ways of writing
 * are for Python's grammar. What is read here, Python reads as the same value. A unit may follow
 * (FLOP, GPU-hours), spaces may be plain, and a price may lack its sign. Only a ratio is ever negative.
 */
export function readPrinted(text: string, kind: ShowKind, lang: Lang): number | null {
  let rest = text.replace(/[\s\u00a0\u202f]+/g, " ").trim();
  const negative = rest.startsWith(MINUS);
  if (negative && kind !== "ratio") return null;
  if (negative) rest = rest.slice(1);
  if (kind === "plain") return /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/.test(rest) ? Number(rest) : null;
  if (kind === "duration" || kind === "energy" || kind === "mass" || kind === "constant" || kind === "brief") return null;

  let exponent = 0;
  if (kind === "money" || kind === "price") {
    const sign = lang === "es" ? / ?US\$$/ : /^\$ ?/;
    if (kind === "money" && !sign.test(rest)) return null;
    rest = rest.replace(sign, "");
  } else if (kind === "percent") {
    if (!rest.endsWith("%")) return null;
    rest = rest.slice(0, -1).trimEnd();
    exponent = -2;
  } else {
    const unit = UNITS[kind];
    if (unit) rest = rest.replace(unit, "");
  }

  const raised = /^(.+) × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)$/.exec(rest);
  const symbol = /^(.+?) ?([KMBT])$/.exec(rest);
  if (raised) {
    rest = raised[1] ?? "";
    exponent += Number([...(raised[2] ?? "")].map((c) => (c === "⁻" ? "-" : RAISED.indexOf(c))).join(""));
  } else if (symbol && (kind === "params" || kind === "tokens" || (kind === "money" && symbol[2] === "M"))) {
    rest = symbol[1] ?? "";
    exponent += POWERS[symbol[2] ?? ""] ?? 0;
  }
  if (!NUMBERS[lang].test(rest)) return null;
  const [group, mark] = MARKS[lang];
  const grouped = rest.includes(group);
  // Groups are printed in whole amounts; elsewhere the mark may have been meant as a decimal one.
  if (grouped && (raised || kind === "loss" || (symbol && kind !== "money"))) return null;
  if (grouped && kind === "price" && !rest.includes(mark)) return null;
  // Money and hours with three decimals are thousands to Python, unless they begin with 0.
  if ((kind === "money" || kind === "hours") && threeDecimals(rest, mark)) return null;
  const value = Number(`${rest.replaceAll(group, "").replace(mark, ".")}e${exponent}`);
  if (kind === "count" && !Number.isInteger(value)) return null;
  return negative ? -value : value;
}

function threeDecimals(text: string, mark: string): boolean {
  return /^[1-9]\d{0,2}[.,]\d{3}$/.test(text) && text.includes(mark);
}

/** A sentence with its {placeholders} filled. */
export function filled(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}
