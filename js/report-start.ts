// What a report's page starts with: unpacks the widget, which the policy knows by its own hash, and
// the plan. At once, in the page's own loading, as no stream of the browser's can: whoever prints
// the page, or opens it without a head, does not wait.
import { inflateSync, strFromU8 } from "fflate";

declare const chinchilla_widget: typeof import("./report");

// Python's base85, but for "<", which would be mark-up.
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

function unpacked(id: string): string {
  const value = new Uint8Array(128);
  for (let digit = 0; digit < 85; digit += 1) value[DIGITS.charCodeAt(digit)] = digit;
  const told = document.getElementById(id)?.textContent ?? "";
  const packed = new DataView(new ArrayBuffer((told.length / 5) * 4));
  for (let at = 0; at < told.length; at += 5) {
    let word = 0;
    for (let next = at; next < at + 5; next += 1) word = word * 85 + (value[told.charCodeAt(next)] ?? 0);
    packed.setUint32((at / 5) * 4, word);
  }
  return strFromU8(inflateSync(new Uint8Array(packed.buffer)));
}

const place = document.getElementById("cw")!;
const still = place.textContent;
try {
  const script = document.createElement("script");
  script.textContent = unpacked("cw-code");
  document.head.append(script);
  chinchilla_widget.page(place, JSON.parse(unpacked("cw-state")) as never);
} catch (problem) {
  place.innerHTML = still; // what stands there where no script runs at all
  throw problem;
}
