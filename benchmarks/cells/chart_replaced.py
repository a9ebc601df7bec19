# JupyterChart, its whole specification replaced by an observer.
import altair as alt
import ipywidgets

import chinchilla_widget as cw

alt.JupyterChart.enable_offline()
slider = ipywidgets.FloatSlider(6, min=5, max=8, step=0.005, layout={"width": "600px"})
options = {"renderer": "svg", "actions": False}
shown = alt.JupyterChart(cw.plan("$1M").chart(), embed_options=options)


def follow(change):
    shown.chart = cw.plan(f"${10**change.new:.4g}").chart()


slider.observe(follow, "value")
ipywidgets.VBox([slider, shown])
