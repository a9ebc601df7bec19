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
  const texts = [...svg.querySelectorAll("text")]
    .filter((text) => text.textContent.trim() !== "" && shown(text))
    .map((text) => {
      const around = text.getBoundingClientRect();
      // A line's box is higher than its letters.
      return { says: text.textContent, ...box(around, 0.15 * around.height) };
    });
  const dots = [...svg.querySelectorAll(".mark-symbol path")].filter(shown).map((dot) => box(dot.getBoundingClientRect()));
  const lines = [];
  for (const line of svg.querySelectorAll(".mark-line path, .mark-rule.role-mark line, .mark-rule.role-mark path")) {
    if (!shown(line) || line.getAttribute("stroke") === null || Number(line.getAttribute("opacity") ?? 1) < 0.5) continue;
    const toScreen = line.getScreenCTM();
    const length = line.getTotalLength();
    const points = Array.from({ length: 401 }, (_, k) => line.getPointAtLength((length * k) / 400).matrixTransform(toScreen));
    lines.push({ points, name: line.getAttribute("stroke") });
  }
  texts.forEach((text, at) => {
    for (const other of texts.slice(at + 1)) {
      // Each name is drawn twice: its ground, and itself.
      if (other.says !== text.says && meet(text, other)) found.add(`“${text.says}” on “${other.says}”`);
    }
    if (dots.some((dot) => meet(text, dot))) found.add(`“${text.says}” on a dot`);
    for (const { points, name } of lines) {
      if (points.some(({ x, y }) => text.left < x && x < text.right && text.top < y && y < text.bottom)) {
        found.add(`“${text.says}” on a line in ${name}`);
      }
    }
    if (text.left < frame.left - 1 || frame.right + 1 < text.right || text.top < frame.top - 2 || frame.bottom + 2 < text.bottom) {
      found.add(`“${text.says}” out of the picture`);
    }
  });
  return { texts: texts.length, dots: dots.length, lines: lines.length, found: [...found] };
}
