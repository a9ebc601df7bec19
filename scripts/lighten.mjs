// What Vega-Lite writes, made shorter and quicker to follow; the picture is the same.

/** A compiled panel, lightened. */
export function lighten(spec) {
  const signals = [...(spec.signals ?? [])];
  const light = { ...spec, signals, data: (spec.data ?? []).map((table) => constantsOut(table, signals)) };
  delete light.$schema;
  const texts = new Map();
  light.scales = (spec.scales ?? []).map((scale) => betweenSignals(scale, signals, texts));
  light.marks = everywhere(spec.marks, (node) => onceGiven(finite(quiet(node))));
  return shared(named(light, texts));
}

/**
 * An axis between two given ends takes no extent of its data. Each end is a signal of its own, so that a movement
 * that leaves it as it is leaves alone what is drawn on the axis; an array would be another one each time.
 */
function betweenSignals(scale, signals, texts) {
  const { domainMin, domainMax, ...rest } = scale;
  if (!domainMin?.signal || !domainMax?.signal) return scale;
  const ends = [["low", domainMin], ["high", domainMax]].map(([end, { signal }]) => {
    const name = `${scale.name}_${end}`;
    signals.push({ name, update: signal });
    texts.set(signal, name);
    return { signal: name };
  });
  return { ...rest, domain: ends };
}

/** Columns that are the same in every row, computed once; and columns that only repeat another. */
function constantsOut(table, signals) {
  const names = new Map();
  const known = (text) => text.replace(/\bdatum\.([a-z]+\d+)\b/g, (all, name) => names.get(name) ?? all);
  const transform = (table.transform ?? []).flatMap((step) => {
    if (step.type === "filter") return [{ ...step, expr: known(step.expr) }];
    if (step.type !== "formula") return [step];
    const expr = known(step.expr);
    // Names of Python's emit: nothing but the columns that follow reads these.
    if (/^[a-z]+\d+$/.test(step.as) && !/\bdatum\b/.test(expr)) {
      const name = `${table.name}_${step.as}`;
      signals.push({ name, update: expr });
      names.set(step.as, name);
      return [];
    }
    return [{ ...step, expr }];
  });
  const lasting = transform.flatMap((step, at) => {
    // "as": a temporary that the next line gives its real name.
    const next = transform[at + 1];
    if (step.type === "formula" && next?.type === "formula" && next.expr === `datum.${step.as}`) {
      names.set(step.as, `datum.${next.as}`);
      return [{ ...step, as: next.as }];
    }
    const before = transform[at - 1];
    if (step.type === "formula" && before?.type === "formula" && step.expr === `datum.${before.as}`) return [];
    return [step.expr ? { ...step, expr: known(step.expr) } : step];
  });
  return table.transform ? { ...table, transform: lasting } : table;
}

/**
 * Marks say nothing by themselves: the figures stand as a table, in words, and a curve is read out as its first
 * point. What a tooltip tells more of keeps its description.
 */
function quiet(node) {
  const update = node.encode?.update;
  if (!update?.description || update.tooltip?.signal) return node;
  const { description: _, ...rest } = update;
  return { ...node, aria: false, encode: { ...node.encode, update: rest } };
}

/** What never changes is given to a mark when it is made, not at every movement; nobody calls it by a name. */
function onceGiven({ name, ...node }) {
  const { enter, update } = node.encode ?? {};
  if (!update) return name === undefined ? node : { name, ...node };
  const fixed = ([, channel]) => Object.keys(channel).join() === "value";
  const [once, always] = [Object.entries(update).filter(fixed), Object.entries(update).filter((each) => !fixed(each))];
  return { ...node, encode: { ...node.encode, enter: { ...enter, ...Object.fromEntries(once) }, update: Object.fromEntries(always) } };
}

/** Columns are numbers or NaN: one question is enough to leave a gap. */
function finite(node) {
  const { defined } = node.encode?.update ?? {};
  if (!defined?.signal) return node;
  const signal = defined.signal.replace(/isValid\((datum\["\w+"\])\) && isFinite\(\+\1\)/g, "isFinite($1)");
  return { ...node, encode: { ...node.encode, update: { ...node.encode.update, defined: { signal } } } };
}

function everywhere(node, change) {
  if (Array.isArray(node)) return node.map((each) => everywhere(each, change));
  if (node === null || typeof node !== "object") return node;
  const made = change(node);
  return Object.fromEntries(Object.entries(made).map(([name, branch]) => [name, everywhere(branch, change)]));
}

/** Texts that have become signals, by their names wherever else they stand (the labels of the axis). */
function named(spec, texts) {
  const long = [...texts].filter(([text]) => text.length > 40);
  const short = (text) => long.reduce((before, [what, name]) => before.replaceAll(`(${what})`, name), text);
  const { signals, ...rest } = spec;
  const walk = (node) =>
    typeof node === "string" ? short(node)
    : Array.isArray(node) ? node.map(walk)
    : node && typeof node === "object" ? Object.fromEntries(Object.entries(node).map(([name, branch]) => [name, walk(branch)]))
    : node;
  return { ...walk(rest), signals };
}

/** Ticks that several axes name, once. */
function shared(spec) {
  const seen = new Map();
  const axes = (spec.axes ?? []).map((axis) => {
    const text = JSON.stringify(axis.values ?? null);
    if (text.length < 60) return axis;
    if (!seen.has(text)) {
      seen.set(text, `ticks_${seen.size}`);
      spec.signals.push({ name: seen.get(text), value: axis.values });
    }
    return { ...axis, values: { signal: seen.get(text) } };
  });
  return { ...spec, axes };
}
