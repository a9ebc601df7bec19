// Unpacks the widget, which the policy knows by its own hash, and the plan.
(async () => {
  const inflate = (id) => {
    const letters = atob(document.getElementById(id).textContent);
    const packed = new Blob([Uint8Array.from(letters, (letter) => letter.charCodeAt(0))]);
    return new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const place = document.getElementById("cw");
  try {
    const [code, state] = await Promise.all([inflate("cw-code"), inflate("cw-state")]);
    const script = document.createElement("script");
    script.textContent = code;
    document.head.append(script);
    chinchilla_widget.page(place, JSON.parse(state));
  } catch (problem) {
    place.dataset.failed = "";
    document.getElementById("cw-failed").hidden = false;
    throw problem;
  }
})();
