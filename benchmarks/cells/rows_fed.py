# An anywidget of one's own: three panels made once, their rows sent by the kernel and swapped.
import altair as alt
import anywidget
import ipywidgets
import numpy as np
import traitlets
import vl_convert

import chinchilla_widget as cw
from chinchilla_widget.quantities import show

LAW = cw.LAWS["besiroglu-2024"]


def panel(name, x, y):
    # A plain log axis: what a person writes who has not much time.
    axes = alt.X(f"{x}:Q").scale(type="log", nice=False), alt.Y(f"{y}:Q").scale(zero=False)
    line = alt.Chart(alt.NamedData(f"{name}_line")).mark_line().encode(*axes, detail="of:N")
    point = alt.Chart(alt.NamedData(f"{name}_point")).mark_point(size=90, filled=True).encode(*axes)
    text = point.mark_text(dy=-16, fontWeight="bold").encode(*axes, text="label:N")
    return alt.layer(line, point, text).properties(width=300, height=270)


def rows(plan):
    flops, params = np.logspace(18, 27, 61), plan.params * np.logspace(-1.6, 1.6, 61)
    iso, front, loss = [], [], []
    for of in (0.1, 1, 10):
        for size in params:
            tokens = of * plan.flops / (6 * size)
            iso.append({"params": size, "loss": LAW.loss(size, tokens), "of": of})
    for one in flops:
        size, tokens = LAW.optimum(one)
        front += [{"flops": one, "n": size, "of": 0}, {"flops": one, "n": tokens, "of": 1}]
        loss.append({"flops": one, "loss": LAW.loss(size, tokens), "of": 0})
    here = {"params": plan.params, "loss": plan.loss, "flops": plan.flops}
    return {
        "iso_line": iso,
        "iso_point": [here | {"label": show(plan.params, "params")}],
        "front_line": front,
        "front_point": [here | {"n": plan.params}, here | {"n": plan.tokens}],
        "loss_line": loss,
        "loss_point": [here],
    }


class Swapped(anywidget.AnyWidget):
    _esm = vl_convert.javascript_bundle(  # vegaEmbed is a name that it provides
        """
        async function render({ model, el }) {
          const options = { renderer: "svg", actions: false };
          const { view } = await vegaEmbed(el, model.get("spec"), options);
          const swap = () => {
            for (const [name, rows] of Object.entries(model.get("rows"))) view.data(name, rows);
            view.runAsync();
          };
          swap();
          model.on("change:rows", swap);
        }
        export default { render };
        """,
        vl_version="6.4",
    )
    spec = traitlets.Dict().tag(sync=True)
    rows = traitlets.Dict().tag(sync=True)


chart = (
    panel("iso", "params", "loss") | panel("front", "flops", "n") | panel("loss", "flops", "loss")
)
slider = ipywidgets.FloatSlider(6, min=5, max=8, step=0.005, layout={"width": "600px"})
shown = Swapped(spec=chart.to_dict(), rows=rows(cw.plan("$1M")))


def follow(change):
    shown.rows = rows(cw.plan(f"${10**change.new:.4g}"))


slider.observe(follow, "value")
ipywidgets.VBox([slider, shown])
