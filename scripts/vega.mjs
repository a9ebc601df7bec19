// Vega with what the panels use, and nothing else: the bundle's "vega" (see slim.mjs). The build of the panels
// runs every one of them on this, and fails where one needs more: add it here.
import { transforms } from "vega-dataflow";
import { axisticks, datajoin, encode, scale, sortitems } from "vega-encode";
import {
  aggregate, collect, compare, expression, extent, facet, field, filter, formula, joinaggregate, key, multiextent,
  multivalues, params, prefacet, proxy, relay, sequence, sieve, subflow, tupleindex, values,
} from "vega-transforms";
import { bound, mark, overlap, render, viewlayout } from "vega-view-transforms";

Object.assign(transforms, {
  aggregate, axisticks, bound, collect, compare, datajoin, encode, expression, extent, facet, field, filter, formula,
  joinaggregate, key, mark, multiextent, multivalues, overlap, params, prefacet, proxy, relay, render, scale, sequence,
  sieve, sortitems, subflow, tupleindex, values, viewlayout,
});

export { parseExpression } from "vega-expression";
export { loader } from "vega-loader";
export { parse } from "vega-parser";
export { Error } from "vega-util";
export { View } from "vega-view";
