# interact, showing the chart as Vega-Lite 5, which JupyterLab draws by itself.
import ipywidgets
from IPython.display import display

import chinchilla_widget as cw


@ipywidgets.interact(
    budget=ipywidgets.FloatSlider(6, min=5, max=8, step=0.005, layout={"width": "600px"})
)
def chart(budget):
    spec = cw.plan(f"${10**budget:.4g}").chart().to_dict()
    spec["$schema"] = "https://vega.github.io/schema/vega-lite/v5.json"
    mime = "application/vnd.vegalite.v5+json"
    options = {"embed_options": {"renderer": "svg", "actions": False}}
    display({mime: spec}, metadata={mime: options}, raw=True)
