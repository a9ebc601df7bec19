// Run in the notebook's page: says when the picture shows another value, and drags by itself.
// The value is read off the picture: the size at the optimum, which every contender writes there.
(() => {
  const PRINTED = /^\d[\d.,]*\u00a0[kMBT]$/;
  let last = null;
  const found = () => [...document.querySelectorAll(".jp-OutputArea svg text")].find((each) => PRINTED.test(each.textContent));
  const label = () => {
    if (!last?.isConnected || !PRINTED.test(last.textContent)) last = found() ?? null;
    return last?.textContent ?? null;
  };
  const longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask", buffered: false });

  /** Calls back whenever the picture shows another value than before. */
  const watch = (changed) => {
    let shown = label();
    const observer = new MutationObserver(() => {
      const now = label();
      if (now === null || now === shown) return;
      shown = now;
      changed(now, performance.now());
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    return () => observer.disconnect();
  };

  const native = () => document.querySelector(".cw input[type=range]");
  const slider = () => native() ?? document.querySelector(".noUi-target");
  const give = (value) => {
    const range = native();
    if (!range) return slider().noUiSlider.set(value);
    range.value = value;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  };

  let moved;
  Object.assign(window, {
    bench: {
      label,
      slider,
      /** The next movement of the pointer: how long until the picture shows it. */
      arm(timeout) {
        moved = new Promise((resolve) => {
          let start = null;
          const stop = watch((_, at) => start !== null && end(at - start));
          const begin = () => { start ??= performance.now(); };
          const end = (took) => {
            stop();
            removeEventListener("pointermove", begin, true);
            clearTimeout(late);
            resolve(took);
          };
          const late = setTimeout(() => end(null), timeout);
          addEventListener("pointermove", begin, true);
        });
      },
      moved: () => moved,
      /** Inputs at a fixed pace between two values; resolves when the picture has come to rest. */
      async drag(from, to, count, pace, rest) {
        longTasks.length = 0;
        const seen = [];
        const stop = watch((text, at) => seen.push([text, at]));
        const began = performance.now();
        let given = began;
        for (let i = 1; i <= count; i += 1) {
          const due = began + i * pace;
          await new Promise((go) => setTimeout(go, Math.max(0, due - performance.now())));
          given = performance.now();
          give(from + ((to - from) * i) / count);
        }
        const dragged = performance.now();
        // The axes may settle meanwhile; the value may not change any more.
        do await new Promise((go) => setTimeout(go, 200));
        while (performance.now() - Math.max(dragged, seen.at(-1)?.[1] ?? 0) < rest);
        stop();
        native()?.dispatchEvent(new Event("change", { bubbles: true }));
        const inTime = longTasks.filter((each) => each.startTime < dragged);
        return {
          drawn: new Set(seen.map(([text]) => text)).size,
          after: Math.max(0, (seen.at(-1)?.[1] ?? NaN) - given),
          block: Math.max(0, ...inTime.map((each) => each.duration)),
          label: label(),
        };
      },
      give,
    },
  });
})();
