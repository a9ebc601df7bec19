// The host may show it in a shadow root, which a sheet in the document does not reach.
export default {
  render({ model, el }) {
    const sheet = document.createElement("style");
    const place = document.createElement("div");
    sheet.textContent = style;
    el.append(sheet, place);
    return chinchilla_widget.render({ model, el: place });
  },
};
