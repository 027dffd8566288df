"""Statistical methods of statsforecast, series by series on one core, warm: `statistics.py SERIES.json`, by `npm run
bench:stat`. Prints milliseconds a series, forecasts and criteria as JSON, in the order of the file."""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import statsforecast
from statsforecast.models import (
    ADIDA,
    IMAPA,
    TSB,
    AutoARIMA,
    AutoETS,
    CrostonClassic,
    CrostonOptimized,
    CrostonSBA,
    DynamicOptimizedTheta,
    Theta,
)

warnings.simplefilter("ignore")
HORIZON = 28
METHODS = {
    "ets": lambda season: AutoETS(season_length=season),
    "theta": lambda season: Theta(season_length=season),
    "dynamic-optimised-theta": lambda season: DynamicOptimizedTheta(season_length=season),
    "arima": lambda season: AutoARIMA(season_length=season),
    "croston": lambda season: CrostonClassic(),
    "croston-optimised": lambda season: CrostonOptimized(),
    "sba": lambda season: CrostonSBA(),
    "tsb": lambda season: TSB(0.2, 0.1),
    "adida": lambda season: ADIDA(),
    "imapa": lambda season: IMAPA(),
}


def measure(case, method):
    series = [np.array(values, dtype=float) for values in case["series"]]
    model = METHODS[method](case["season"])
    # The first call compiles.
    model.forecast(series[0], HORIZON)
    begun = time.perf_counter()
    means = [model.forecast(values, HORIZON)["mean"] for values in series]
    milliseconds = 1e3 * (time.perf_counter() - begun) / len(series)
    criteria = [model.fit(values).model_["aicc"] for values in series] if method in ("ets", "arima") else []
    return {
        "method": method,
        "length": case["length"],
        "season": case["season"],
        "milliseconds": milliseconds,
        "means": [[float(value) for value in mean] for mean in means],
        "aicc": [float(value) for value in criteria],
    }


cases = json.loads(Path(sys.argv[1]).read_text())
made = [measure(case, method) for case in cases for method in case["methods"] if method in METHODS]
json.dump({"version": statsforecast.__version__, "made": made}, sys.stdout)
