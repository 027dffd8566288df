"""Writes what statsforecast makes of some series: fitted values with fixed parameters, and how good its optimum is.

    python3 -m venv scratch && scratch/bin/pip install statsforecast==2.1.1
    scratch/bin/python tests/golden/peer.py > tests/golden/peer.json

With a folder of a data set (`train.csv.gz`: product,date,quantity) and a number, the same of so many of its series, for
`TILLCAST_PEER=FILE cargo test --release --test peer`; of some kinds alone where they are named (rates, theta, ces, ets,
arima, mstl). The series written without a folder are generated here, and the airline passengers of Box and Jenkins (1970).
"""

import csv
import gzip
import json
import platform
import sys
import warnings
from pathlib import Path

import numpy as np
import statsforecast
from statsforecast.arima import Arima, auto_arima_f, forecast_arima
from statsforecast.ces import auto_ces, forecast_ces
from statsforecast.ets import ets_f, pegelsresid_C
from statsforecast.models import ADIDA, IMAPA, MSTL, TSB, CrostonClassic, CrostonOptimized, CrostonSBA
from statsforecast.mstl import mstl
from statsforecast.theta import auto_theta, forecast_theta

warnings.simplefilter("ignore")

STEPS = 18
KINDS = ["rates", "theta", "ces", "ets", "arima", "mstl"]
INTERMITTENT = {
    "croston": CrostonClassic(),
    "croston-optimised": CrostonOptimized(),
    "sba": CrostonSBA(),
    "adida": ADIDA(),
    "imapa": IMAPA(),
}
FIXED = {
    "level": 0.7,
    "alpha": 0.35,
    "theta": 2.8,
    "ets": {"alpha": 0.3, "beta": 0.1, "gamma": 0.2, "phi": 0.9},
    "ces": {"N": [1.2, 0.95], "S": [1.1, 0.9], "P": [1.2, 0.95, 0.2], "F": [1.2, 0.95, 1.1, 0.9]},
    # Orders p, d, q, P, D, Q; weights of values, misses, and the same by season.
    "arima": [
        {"orders": [1, 0, 1, 0, 0, 0], "weights": [0.6, 0.3], "mean": True},
        {"orders": [2, 1, 1, 0, 0, 0], "weights": [0.4, -0.2, -0.5], "mean": False},
        {"orders": [0, 1, 1, 0, 1, 1], "weights": [-0.4, -0.5], "mean": False},
        {"orders": [1, 0, 0, 1, 0, 0], "weights": [0.5, 0.3], "mean": True},
    ],
}


def rounded(values):
    return [float(f"{value:.9g}") for value in values]


def generated():
    random = np.random.default_rng(20260101)
    month = np.arange(96)
    yield "passengers", 12, passengers()
    yield "additive", 12, 50 + 0.2 * month + 9 * np.sin(month * np.pi / 6) + random.normal(0, 3, 96)
    yield "around zero", 12, 4 * np.sin(month * np.pi / 6) + random.normal(0, 2, 96)
    yield "walk", 12, 200 + np.cumsum(random.normal(0.5, 4, 61))
    yield "week", 7, random.poisson(np.tile([4, 6, 5, 7, 9, 16, 2], 30)).astype(float)
    yield "short", 12, np.array([5.0, 7.0, 6.0, 9.0, 8.0, 9.5])
    for chance, size in [(0.5, 2.0), (0.15, 8.0), (0.04, 1.2)]:
        sold = (random.random(180) < chance) * (1 + random.poisson(size, 180))
        sold[int(random.integers(0, 9))] = 3
        yield f"sold on {chance} of days", 7, sold.astype(float)
    yield "sold once", 7, np.eye(1, 40, 17)[0] * 5


def passengers():
    text = (Path(__file__).parent.parent / "models.rs").read_text()
    numbers = text.split("AIR_PASSENGERS: [f64; 144] = [")[1].split("]")[0]
    return np.array([float(number) for number in numbers.split(",") if number.strip()])


def of_folder(folder, count):
    meta = json.loads((Path(folder) / "meta.json").read_text())
    series = {}
    with gzip.open(Path(folder) / "train.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["quantity"] != "":
                series.setdefault(row["product"], []).append(float(row["quantity"]))
    names = sorted(series)
    for name in names[:: max(1, len(names) // count)][:count]:
        yield name, meta["season"], np.array(series[name])


def theta(y, season, model):
    """Fixed parameters: what it fits and foresees; optimised: its sum of squares."""
    start = {"initial_smoothed": FIXED["level"] * y[0], "alpha": FIXED["alpha"]}
    if model != "STM":
        start["theta"] = FIXED["theta"]
    fixed = auto_theta(y, season, model=model, **start)
    best = auto_theta(y, season, model=model)
    # The library multiplies its misses by the season after the fit.
    misses = fixed["residuals"]
    if fixed.get("decompose"):
        figure = np.resize(np.roll(fixed["seas_forecast"]["mean"], len(y) % season), len(y))
        misses = misses / figure if fixed["decomposition_type"] == "multiplicative" else misses - figure
    return {
        "level": start["initial_smoothed"],
        # The first is 0 in dynamic models, whatever the parameters.
        "misses": rounded(misses[1:]),
        "season": fixed.get("decomposition_type") if fixed.get("decompose") else None,
        "mean": rounded(forecast_theta(fixed, STEPS)["mean"]),
        "squares": best["mse"],
    }


def ces(y, season, kind):
    """The same of complex smoothing, with its n ln sum of squares."""
    # The library goes on without a season only where none is asked for.
    season = 1 if kind == "N" else season
    names = ["alpha_0", "alpha_1", "beta_0", "beta_1"]
    fixed = auto_ces(y, season, model=kind, **dict(zip(names, FIXED["ces"][kind])))
    return {
        "misses": rounded(fixed["residuals"]),
        "mean": rounded(forecast_ces(fixed, STEPS)["mean"]),
        "likelihood": -2 * auto_ces(y, season, model=kind)["loglik"],
    }


def ets_state(y, season, errors, trend, part):
    """A first state that any form can start from: the first values' mean, a small trend, a figure of a few percent."""
    length = season if part != "N" else 1
    level = float(y[: max(length, 4)].mean())
    slope = 0.002 * level
    wave = 0.05 * np.sin(np.arange(length) * 2 * np.pi / length)
    figure = {"N": [], "A": list(level * wave), "M": list(1 + wave)}[part]
    return level, slope if trend == "A" else 0.0, figure


def ets_fixed(y, season, errors, trend, part, damped):
    """Misses and likelihood with given parameters and first state."""
    level, slope, figure = ets_state(y, season, errors, trend, part)
    # The library's season begins with the latest phase.
    state = np.array([level] + ([slope] if trend == "A" else []) + figure[::-1])
    given = {name: value for name, value in FIXED["ets"].items()}
    given["beta"] = given["beta"] if trend == "A" else np.nan
    given["gamma"] = given["gamma"] if part != "N" else np.nan
    given["phi"] = given["phi"] if damped else np.nan
    _, misses, _, likelihood = pegelsresid_C(
        y, season if part != "N" else 1, state, errors, trend, part, damped, nmse=3, **given
    )
    return {"level": level, "trend": slope, "season": rounded(figure), "misses": rounded(misses), "likelihood": likelihood}


def ets(y, season):
    """Of each form: misses with given parameters, and, of its best ones, n ln its sum of squares and, relative errors apart,
    Akaike's criterion."""
    made = {}
    positive, seasonal = y.min() > 0, season > 1 and len(y) > 2 * season
    for errors in "AM" if positive else "A":
        for trend in "NA":
            for part in "NAM" if seasonal else "N":
                for damped in [False, True] if trend == "A" else [False]:
                    if errors == "A" and part == "M" or part == "M" and not positive:
                        continue
                    try:
                        fit = ets_f(y, season, model=errors + trend + part, damped=damped)
                    except Exception:
                        continue
                    name = f"ets({errors},{trend}{'d' if damped else ''},{part})"
                    made[name] = {
                        "likelihood": -2 * fit["loglik"],
                        "aicc": fit["aicc"],
                        "fixed": ets_fixed(y, season, errors, trend, part, damped),
                    }
    best = ets_f(y, season, model="ZZZ")
    return {"forms": made, "likelihood": -2 * best["loglik"], "aicc": best["aicc"], "form": best["method"]}


def arima(y, season, fixed=True):
    """Fixed parameters: likelihood, misses and what it foresees; the same of what its search finds, without the misses."""
    made = {"fixed": []}
    for one in FIXED["arima"] if fixed else []:
        p, d, q, *seasonal = one["orders"]
        if len(y) < 4 * season:
            continue
        # A mean is taken off before: it would not be estimated beside given weights.
        shift = float(y.mean()) if one["mean"] else 0.0
        fit = Arima(
            y - shift,
            order=(p, d, q),
            seasonal={"order": tuple(seasonal), "period": season},
            include_mean=False,
            fixed=np.array(one["weights"]),
            method="ML",
        )
        made["fixed"].append(
            {
                "orders": one["orders"],
                "weights": one["weights"],
                "shift": shift,
                "likelihood": fit["loglik"],
                "misses": rounded(fit["residuals"]),
                "mean": rounded(forecast_arima(fit, STEPS)["mean"]),
            }
        )
    best = auto_arima_f(y, period=season)
    p, q, sp, sq, _, d, sd = best["arma"]
    made["orders"] = [p, d, q, sp, sd, sq]
    made["constant"] = any(name in best["coef"] for name in ["intercept", "drift"])
    made["likelihood"] = best["loglik"]
    made["aicc"] = best["aicc"]
    return made


def several_seasons(y, seasons):
    """Parts of the decomposition, and what is foreseen with a trend by smoothing."""
    parts = mstl(y, seasons)
    names = [name for name in parts.columns if name.startswith("seasonal")]
    return {
        "seasons": seasons,
        "trend": rounded(parts["trend"]),
        "parts": [rounded(parts[name]) for name in names],
        "mean": rounded(MSTL(seasons).forecast(y, STEPS)["mean"]),
    }


def of_series(name, season, y, kinds=KINDS):
    y = np.array(rounded(y))
    made = {"name": name, "season": season, "values": rounded(y)}
    if "ets" in kinds and len(y) > 8 and (y == 0).mean() < 0.5:
        made["ets"] = ets(y, season)
    if "arima" in kinds and len(y) >= 10 and (y == 0).mean() < 0.5:
        made["arima"] = arima(y, season)
    if "mstl" in kinds and len(y) >= 2 * season and (y == 0).mean() < 0.5:
        made["mstl"] = [several_seasons(y, seasons) for seasons in [[season], [season, 4 * season]] if len(y) >= 2 * seasons[-1]]
    if "rates" in kinds and y.min() >= 0:
        rates = {model: float(method.forecast(y, 1)["mean"][0]) for model, method in INTERMITTENT.items()}
        rates["tsb"] = float(TSB(alpha_d=0.2, alpha_p=0.1).forecast(y, 1)["mean"][0])
        made["rates"] = rates
    if "theta" in kinds and len(y) > 3 and (y == 0).mean() < 0.5:
        made["theta"] = {model: theta(y, season, model) for model in ["STM", "OTM", "DOTM"]}
    if "ces" in kinds and len(y) > 3 and (y == 0).mean() < 0.5:
        forms = ["N", "S", "P", "F"] if len(y) >= 2 * season else ["N"]
        made["ces"] = {form: ces(y, season, form) for form in forms}
    return made


def main(words):
    series = of_folder(words[0], int(words[1])) if words else generated()
    kinds = words[2].split(",") if len(words) > 2 else KINDS
    json.dump(
        {
            "made by": f"tests/golden/peer.py, statsforecast {statsforecast.__version__}, "
            f"numpy {np.__version__}, Python {platform.python_version()}",
            "fixed": FIXED,
            "series": [of_series(*one, kinds) for one in series],
        },
        sys.stdout,
    )
    print()


main(sys.argv[1:])
