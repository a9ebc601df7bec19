// How sure a law is of itself: the same question asked of every draw of its constants, a few at a
// time once a drag has settled, so that nothing waits for it.
import type { Draws, Law } from "./model";
import type { Pace } from "./pace";
import type { Program } from "./program";
import type { Values } from "./signals";

export const LEVEL = 0.8;
const HAIR = 1e-9;
const AT_ONCE = 25; // draws: some milliseconds

/** The figures that have an interval. */
const OF = ["k_params", "k_tokens", "k_tokens_per_param", "k_loss"] as const;
export type Interval = Record<(typeof OF)[number], [low: number, high: number] | null>;

const NO_BANDS: Draws["sure"] = { k_params_sure_low: [], k_params_sure_high: [], k_loss_sure_low: [], k_loss_sure_high: [] };

/** How many draws there are. */
export const count = ({ normal }: Draws): number => numbers(normal).length;

/** As Python packs them: four bytes each, in base64. */
function numbers(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

/** What the pictures draw a law's bands from; they have none where it has no draws. */
export const bands = ({ draws }: Law): Draws["sure"] => draws?.sure ?? NO_BANDS;

/**
 * The intervals as Python's `plan.interval` has them; null where `signal` was aborted meanwhile.
 *
 * `flops` is the training compute of the plan: from the largest run of the law's own on, what
 * backtests say extrapolation adds is added to every draw.
 */
export async function interval(program: Program, asked: Values, draws: Draws, flops: number, signal: AbortSignal, pace: Pace): Promise<Interval | null> {
  const decades = Math.log10(Math.max(flops / draws.flops, 1));
  const open = asked["k_own_params"] === 0;
  const found = OF.map((): number[] => []);
  const { widening } = draws;
  const normal = numbers(draws.normal);
  const constants = Object.entries(draws.signals).map(([name, each]) => [name, numbers(each)] as const);
  for (let first = 0; first < normal.length; first += AT_ONCE) {
    await pace.moment();
    if (signal.aborted) return null;
    for (let draw = first; draw < Math.min(first + AT_ONCE, normal.length); draw += 1) {
      program.set(asked);
      for (const [name, each] of constants) program.set({ [name]: each[draw]! });
      program.run();
      const loss = program.get("k_loss") * Math.exp(widening.loss * normal[draw]! * decades);
      if (open) {
        // The best size is off by more than the loss shows: another size, and what it leaves for tokens.
        // Where all tokens there are can be read but once, a smaller one would leave money over.
        const size = program.get("k_unlimited_params") * Math.exp(widening.params * normal[draw]! * decades);
        program.set({ k_own_params: Math.max(size, program.get("k_least_params")) });
        program.run();
      }
      // That size may be more than the budget can train or serve.
      const trains = program.get("k_loss") > 0 && program.get("k_tokens") >= 1;
      OF.forEach((name, index) => found[index]!.push(name === "k_loss" ? loss : trains ? program.get(name) : NaN));
    }
  }
  return Object.fromEntries(OF.map((name, index) => [name, middle(found[index]!)])) as Interval;
}

/** The ends of what LEVEL of the values lie between, interpolated as NumPy does; null where there are none. */
function middle(values: number[]): [number, number] | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
    return low + (high - low) * (place - below);
  };
  const [low, high] = [at(0.5 - LEVEL / 2), at(0.5 + LEVEL / 2)];
  // What was asked for does not vary.
  return high - low > HAIR * Math.abs(high) ? [low, high] : null;
}
