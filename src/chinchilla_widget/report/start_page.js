// Unpacks the widget, which the policy knows by its own hash, and the plan. At once, in the page's
// own loading: whoever prints the page, or opens it without a head, waits for no stream.
(() => {
  const inflate = (from) => {
    let plain = new Uint8Array(1 << 19);
    let [place, hold, held, end] = [10, 0, 0, 0];
    const room = (size) => {
      while (end + size > plain.length) {
        const more = new Uint8Array(2 * plain.length);
        more.set(plain);
        plain = more;
      }
    };
    const bits = (need) => {
      while (held < need) {
        hold |= from[place++] << held;
        held += 8;
      }
      const value = hold & ((1 << need) - 1);
      hold >>>= need;
      held -= need;
      return value;
    };
    const huffman = (lengths) => {
      const counts = new Uint16Array(17);
      for (const length of lengths) if (length) counts[length + 1]++;
      const starts = counts.map((_, length) => counts.slice(0, length + 1).reduce((a, b) => a + b));
      const symbols = new Uint16Array(lengths.length);
      lengths.forEach((length, symbol) => length && (symbols[starts[length]++] = symbol));
      return () => {
        for (let length = 1, code = 0, first = 0, index = 0; length < 16; length++) {
          if (held === 0) {
            hold = from[place++];
            held = 8;
          }
          code |= hold & 1;
          hold >>>= 1;
          held--;
          const count = counts[length + 1];
          if (code - first < count) return symbols[index + code - first];
          index += count;
          first = (first + count) << 1;
          code <<= 1;
        }
        throw new Error('damaged');
      };
    };
    // Lengths and distances, from 3 and 1: how many of each take one more bit than those before.
    const steps = (first, alike, count) => {
      const found = [];
      for (let index = 0, base = first; index < count; index++) {
        const more = Math.max(0, Math.floor(index / alike) - 1);
        found.push([base, more]);
        base += 1 << more;
      }
      return found;
    };
    const lengths = steps(3, 4, 28).concat([[258, 0]]);
    const distances = steps(1, 2, 30);
    const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    const dynamic = () => {
      const [literal, distance, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
      const own = Array(19).fill(0);
      for (let index = 0; index < count; index++) own[order[index]] = bits(3);
      const next = huffman(own);
      const all = [];
      while (all.length < literal + distance) {
        const symbol = next();
        if (symbol < 16) all.push(symbol);
        else if (symbol === 16) all.push(...Array(bits(2) + 3).fill(all.at(-1)));
        else all.push(...Array(symbol === 17 ? bits(3) + 3 : bits(7) + 11).fill(0));
      }
      return [huffman(all.slice(0, literal)), huffman(all.slice(literal))];
    };
    const fixed = () => {
      const all = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
      return [huffman(all), huffman(Array(30).fill(5))];
    };
    for (let last = 0; !last; ) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) {
        hold = held = 0;
        const size = bits(16);
        room(size);
        plain.set(from.subarray(place + 2, place + 2 + size), end);
        end += size;
        place += 2 + size;
        continue;
      }
      const [literal, distance] = kind === 1 ? fixed() : dynamic();
      for (let symbol; (symbol = literal()) !== 256; ) {
        if (end + 258 > plain.length) room(258);
        if (symbol < 256) {
          plain[end++] = symbol;
          continue;
        }
        const [length, more] = lengths[symbol - 257];
        const size = length + bits(more);
        const [back, farther] = distances[distance()];
        for (let start = end - back - bits(farther), stop = end + size; end < stop; ) plain[end++] = plain[start++];
      }
    }
    return new TextDecoder().decode(plain.subarray(0, end));
  };
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~';
  const digits = new Uint8Array(128);
  for (let digit = 0; digit < 85; digit++) digits[letters.charCodeAt(digit)] = digit;
  const text = (id) => {
    const told = document.getElementById(id).textContent;
    const packed = new DataView(new ArrayBuffer((told.length / 5) * 4));
    for (let at = 0; at < told.length; at += 5) {
      let value = 0;
      for (let next = at; next < at + 5; next++) value = value * 85 + digits[told.charCodeAt(next)];
      packed.setUint32((at / 5) * 4, value);
    }
    return inflate(new Uint8Array(packed.buffer));
  };
  const place = document.getElementById('cw');
  const still = place.textContent;
  try {
    const script = document.createElement('script');
    script.textContent = text('cw-code');
    document.head.append(script);
    chinchilla_widget.page(place, JSON.parse(text('cw-state')));
  } catch (problem) {
    place.innerHTML = still; // what stands there where no script runs at all
    throw problem;
  }
})();
