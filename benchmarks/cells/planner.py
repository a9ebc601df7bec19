# The planner.
import chinchilla_widget as cw

planner = cw.Planner("$1M")
planner
