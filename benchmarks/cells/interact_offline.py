# interact, returning the same three panels as an Altair chart, with the renderer that needs no CDN.
import altair as alt
import ipywidgets

import chinchilla_widget as cw

alt.renderers.enable("jupyter", offline=True, embed_options={"renderer": "svg", "actions": False})


@ipywidgets.interact(
    budget=ipywidgets.FloatSlider(6, min=5, max=8, step=0.005, layout={"width": "600px"})
)
def chart(budget):
    return cw.plan(f"${10**budget:.4g}").chart()
