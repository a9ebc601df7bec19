(async (image) => {
  const place = image.closest('[data-chinchilla-state]');
  if (!place || place.dataset.started) return;
  place.dataset.started = 'true';
  const inflate = (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(plain).text();
  };
  const { chinchillaState: state, chinchillaCode: code, chinchillaKey: key } = place.dataset;
  const load = async () => {
    const text = `${await inflate(code)};export default chinchilla_widget;`;
    const url = window.URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    return (await import(url)).default;
  };
  const loaded = (window.chinchilla_reports ??= {});
  const widget = await (loaded[key] ??= load());
  const { style, ...told } = JSON.parse(await inflate(state));
  if (!document.getElementById('chinchilla-' + key)) {
    const sheet = document.createElement('style');
    sheet.id = 'chinchilla-' + key;
    sheet.textContent = style;
    document.head.append(sheet);
  }
  widget.mount(place, told);
})(this)
