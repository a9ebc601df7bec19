# JupyterChart over the same expressions: an observer solves and sets its params, Vega redraws.
import altair as alt
import ipywidgets

import chinchilla_widget as cw
from chinchilla_widget.charts.values import values_of

alt.JupyterChart.enable_offline()
slider = ipywidgets.FloatSlider(6, min=5, max=8, step=0.005, layout={"width": "600px"})
options = {"renderer": "svg", "actions": False}
shown = alt.JupyterChart(cw.plan("$1M").chart(), embed_options=options)


def follow(change):
    values = values_of(cw.plan(f"${10**change.new:.4g}"))
    with shown.hold_sync():
        for name in values.keys() & set(shown.params.trait_names()):
            setattr(shown.params, name, values[name])


slider.observe(follow, "value")
ipywidgets.VBox([slider, shown])
