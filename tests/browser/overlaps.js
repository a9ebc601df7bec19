// What a picture's texts cover: other texts, dots, lines, its edge. A sentence for each.
// Left out: the grid and the hairlines of models, over which a text has a ground of its own.
(picture) => {
  const svg = picture.querySelector("svg");
  const frame = svg.getBoundingClientRect();
  const found = new Set();
  const shown = (element) => Number(element.getAttribute("opacity") ?? 1) > 0;
  const box = ({ left, right, top, bottom }, inset = 0) => ({
    left: left + 1, right: right - 1, top: top + inset, bottom: bottom - inset,
  });
  const meet = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const within = ({ x, y }, { left, right, top, bottom }) => left < x && x < right && top < y && y < bottom;
  // Through what an element is seen: what a picture cuts off is not there. A text that is not cut may
  // not leave the axes either, or the picture would make room for it.
  const plot = svg.querySelector(".role-frame .background").getBoundingClientRect();
  const whole = { left: frame.left - 1, right: frame.right + 1, top: plot.top - 8, bottom: frame.bottom + 2 };
  const seenThrough = (element) => {
    const cut = element.closest("[clip-path]");
    if (!cut) return element.closest(".mark-text.role-mark") ? whole : { ...whole, top: frame.top - 2 };
    const { width, height } = svg.querySelector(`${cut.getAttribute("clip-path").match(/#[\w-]+/)[0]} rect`);
    const [from, to] = [[0, 0], [width.baseVal.value, height.baseVal.value]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(cut.getScreenCTM()));
    return { left: from.x, right: to.x, top: from.y, bottom: to.y };
  };
  const texts = [...svg.querySelectorAll("text")]
    .filter((text) => text.textContent.trim() !== "" && shown(text))
    .map((text) => {
      const around = text.getBoundingClientRect();
      // A line's box is higher than its letters.
      return { says: text.textContent, cut: text.closest("[clip-path]") !== null, seen: seenThrough(text), ...box(around, 0.15 * around.height) };
    })
    .filter((text) => !text.cut || meet(text, text.seen));
  const dots = [...svg.querySelectorAll(".mark-symbol path")].filter(shown).flatMap((dot) => {
    const { left, right, top, bottom } = dot.getBoundingClientRect();
    return within({ x: (left + right) / 2, y: (top + bottom) / 2 }, seenThrough(dot)) ? [box({ left, right, top, bottom })] : [];
  });
  const lines = [];
  for (const line of svg.querySelectorAll(".mark-line path, .mark-rule.role-mark line, .mark-rule.role-mark path")) {
    if (!shown(line) || line.getAttribute("stroke") === null || Number(line.getAttribute("opacity") ?? 1) < 0.5) continue;
    const toScreen = line.getScreenCTM();
    const length = line.getTotalLength();
    const seen = seenThrough(line);
    const points = Array.from({ length: 401 }, (_, k) => line.getPointAtLength((length * k) / 400).matrixTransform(toScreen));
    lines.push({ points: points.filter((point) => within(point, seen)), name: line.getAttribute("stroke") });
  }
  texts.forEach((text, at) => {
    for (const other of texts.slice(at + 1)) {
      // Each name is drawn twice: its ground, and itself.
      if (other.says !== text.says && meet(text, other)) found.add(`“${text.says}” on “${other.says}”`);
    }
    if (dots.some((dot) => meet(text, dot))) found.add(`“${text.says}” on a dot`);
    for (const { points, name } of lines) {
      if (points.some((point) => within(point, text))) found.add(`“${text.says}” on a line in ${name}`);
    }
    const { left, right, top, bottom } = text.seen;
    if (text.left < left || right < text.right || text.top < top || bottom < text.bottom) {
      found.add(`“${text.says}” out of the picture`);
    }
  });
  return { texts: texts.length, dots: dots.length, lines: lines.length, found: [...found] };
}
