# The planner.
import chinchilla_widget as cw

cw.Planner("$1M")
