// Evaluates the solver that Python traced: lists of Vega expressions, in order. Vega's parser reads
// them; each becomes a closure over one array of numbers, which needs no eval, so it also runs
// where a page forbids it, and costs a hundredth of as many Vega signals.
import { parseExpression } from "vega";

type Line = [name: string, expression: string];

/** What Python sends: `before` once, `step` until it moves nothing, `after` once. */
export interface ProgramText {
  inputs: Record<string, number>;
  before: Line[];
  step: Line[];
  after: Line[];
}

type Cell = number | boolean;
type Compiled = () => Cell;

interface Node {
  type: string;
  [key: string]: unknown;
}

const FUNCTIONS: Record<string, (...of: number[]) => number> = {
  exp: Math.exp, log: Math.log, sqrt: Math.sqrt, pow: Math.pow, abs: Math.abs,
  min: Math.min, max: Math.max, floor: Math.floor, ceil: Math.ceil,
};
// A Newton step below this, in e-folds of the size, is rounding.
const SETTLED = 1e-12;
const MOST_STEPS = 100;
const NEAR = 1e-3; // Newton's own ground: there it may end in steps of rounding
const FARTHEST = 8; // while the root is not bracketed yet

export class Program {
  readonly #cells: Cell[] = [];
  readonly #places = new Map<string, number>();
  readonly #before: (() => void)[];
  readonly #step: (() => void)[];
  readonly #after: (() => void)[];

  constructor(readonly text: ProgramText) {
    this.set(text.inputs);
    [this.#before, this.#step, this.#after] = [text.before, text.step, text.after].map((lines) =>
      lines.map((line) => this.#line(line)),
    ) as [(() => void)[], (() => void)[], (() => void)[]];
  }

  /** Inputs by name; those the program does not know are passed over. */
  set(values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) this.#cells[this.#place(name)] = value;
  }

  run(): void {
    for (const line of this.#before) line();
    if (this.#step.length > 0) this.#root();
    for (const line of this.#after) line();
  }

  /** Newton, kept between where the condition was last seen below and above 0, as Python's solver is. */
  #root(): void {
    let [low, high, last, went] = [-Infinity, Infinity, NaN, Infinity];
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      for (const line of this.#step) line();
      const [at, tilt, move] = [this.get("k_at"), this.get("k_tilt"), this.get("k_move")];
      if (tilt < 0) low = at;
      if (tilt > 0) high = at;
      let next = at - move;
      // Nothing can be told out there: half of the way back.
      if (Number.isNaN(tilt)) next = (at + last) / 2;
      else if (tilt !== 0) last = at;
      const bounded = high - low < Infinity;
      // Out of the bracket, or creeping along one side of a bend: halve it.
      if (bounded && !Number.isNaN(tilt) && !(next >= low && next <= high && (Math.abs(move) <= went / 2 || Math.abs(move) <= NEAR))) next = (low + high) / 2;
      else if (Number.isNaN(next) && !Number.isNaN(tilt)) next = at - Math.sign(tilt) * FARTHEST;
      // Undefined from the start: any point is as good as another.
      if (Number.isNaN(next)) return;
      this.set({ k_at: next });
      went = Math.abs(next - at);
      if (went <= SETTLED) return;
    }
  }

  get(name: string): number {
    return Number(this.#cells[this.#place(name)]);
  }

  #place(name: string): number {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(name, place);
      this.#cells[place] = NaN;
    }
    return place;
  }

  #line([name, expression]: Line): () => void {
    const value = this.#compile(parseExpression(expression) as unknown as Node);
    const place = this.#place(name);
    const cells = this.#cells;
    return () => {
      cells[place] = value();
    };
  }

  #compile(node: Node): Compiled {
    const part = (name: string) => this.#compile(node[name] as Node);
    switch (node.type) {
      case "Literal": {
        const { value } = node as unknown as { value: Cell };
        return () => value;
      }
      case "Identifier": {
        const place = this.#place(node.name as string);
        const cells = this.#cells;
        return () => cells[place] ?? NaN;
      }
      case "UnaryExpression": {
        const of = part("argument");
        return node.operator === "-" ? () => -of() : () => !of();
      }
      case "ConditionalExpression": {
        const [test, yes, no] = [part("test"), part("consequent"), part("alternate")];
        return () => (test() ? yes() : no());
      }
      case "LogicalExpression":
      case "BinaryExpression":
        return binary(node.operator as string, part("left"), part("right"));
      case "CallExpression": {
        const name = (node.callee as unknown as { name: string }).name;
        const of = FUNCTIONS[name];
        if (!of) throw new Error(`the program calls ${name}, which is not known here`);
        const [first, second] = (node.arguments as Node[]).map((each) => this.#compile(each));
        if (!first) throw new Error(`the program calls ${name} with nothing`);
        return second ? () => of(first() as number, second() as number) : () => of(first() as number);
      }
      default:
        throw new Error(`the program holds a ${node.type}, which is not known here`);
    }
  }
}

function binary(operator: string, left: Compiled, right: Compiled): Compiled {
  const a = left as () => number;
  const b = right as () => number;
  switch (operator) {
    case "+": return () => a() + b();
    case "-": return () => a() - b();
    case "*": return () => a() * b();
    case "/": return () => a() / b();
    case "<": return () => a() < b();
    case "<=": return () => a() <= b();
    case ">": return () => a() > b();
    case ">=": return () => a() >= b();
    case "==": return () => a() === b();
    case "&&": return () => a() && b();
    case "||": return () => a() || b();
    default: throw new Error(`the program holds ${operator}, which is not known here`);
  }
}
