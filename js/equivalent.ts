// What a size of one's own costs in compute: the smaller budget whose best run is just as good.
import type { Program } from "./program";
import type { Values } from "./signals";

const MOST_RUNS = 40;
const SETTLED = 1e-13;
// How the log of the reducible loss falls with that of compute, roughly, in every published law.
const FIRST_SLOPE = -0.17;

/**
 * The share of the budget whose best size reaches `loss`: 1 where the size is the best one itself.
 *
 * By secants on the program, over the log of the budget and that of what is above the law's floor:
 * nearly a straight line. NaN where no share is found, as where the law has no loss surface.
 */
export function enough(program: Program, asked: Values, loss: number): number {
  const { k_E: floor = NaN, k_budget = NaN } = asked;
  const wanted = Math.log(loss - floor);
  const miss = (at: number): number => {
    program.set({ k_budget: k_budget * Math.exp(at) });
    program.run();
    return Math.log(program.get("k_best_loss") - floor) - wanted;
  };
  let [at, error] = [0, miss(0)];
  let slope = FIRST_SLOPE;
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const next = at - error / slope;
    if (!Number.isFinite(next)) break;
    if (Math.abs(next - at) < SETTLED) return Math.exp(next);
    const found = miss(next);
    // Once both ends are the same to the last digit the line through them says nothing.
    if (found === error) return Math.exp(next);
    slope = (found - error) / (next - at);
    [at, error] = [next, found];
  }
  return NaN;
}
