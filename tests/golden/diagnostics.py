"""Writes what statsmodels says of some series: tests of stationarity, correlations, tests of residuals, criteria.

    python3 -m venv scratch && scratch/bin/pip install statsmodels==0.14.5
    scratch/bin/python tests/golden/diagnostics.py > tests/golden/diagnostics.json
"""

import json
import platform
import sys
import warnings

import numpy as np
import scipy
import statsmodels
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.stattools import jarque_bera
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.stattools import acf, adfuller, kpss, pacf

warnings.simplefilter("ignore")

LAGS = 14
FREE = 3
EXAMPLE = [100, 120, 110, 130, 150, 140, 160, 170, 180, 200]


def rounded(values):
    return [float(f"{value:.12g}") for value in values]


def generated():
    random = np.random.default_rng(20260102)
    day = np.arange(120)
    yield "noise", random.normal(20, 3, 120)
    yield "walk", 200 + np.cumsum(random.normal(0.2, 4, 150))
    level = [0.0, 0.0]
    for _ in range(198):
        level.append(1.1 * level[-1] - 0.4 * level[-2] + random.normal())
    yield "recursion", np.array(level)
    yield "season", 30 + 8 * np.sin(day * 2 * np.pi / 7) + random.normal(0, 2, 120)
    yield "skewed", random.exponential(5.0, 90)
    yield "short", random.normal(5, 1, 14)


def of_series(name, y):
    y = np.array(rounded(y))
    lags = min(LAGS, len(y) // 2 - 1)
    statistic, p, used, *_ = adfuller(y, autolag="AIC")
    level = kpss(y, nlags=int(3 * np.sqrt(len(y)) / 13))
    correlations, bands = acf(y, nlags=lags, alpha=0.05)
    box = acorr_ljungbox(y, lags=[lags], model_df=FREE)
    shape = jarque_bera(y)
    return {
        "name": name,
        "values": rounded(y),
        "adf": [statistic, p, used],
        "kpss": [level[0], level[1], level[2]],
        "acf": list(correlations[1:]),
        "acfBand": list(bands[1:, 1] - correlations[1:]),
        "pacf": list(pacf(y, nlags=lags, method="ywm")[1:]),
        "ljungBox": [float(box["lb_stat"].iloc[0]), float(box["lb_pvalue"].iloc[0]), lags],
        "jarqueBera": list(map(float, shape)),
        "criteria": [criteria(y, order) for order in [(1, 0, 0), (2, 0, 0), (1, 0, 1)]],
    }


def criteria(y, order):
    fit = ARIMA(y, order=order, trend="c").fit(method_kwargs={"maxiter": 500})
    return {"orders": order, "logLikelihood": fit.llf, "aic": fit.aic, "aicc": fit.aicc, "bic": fit.bic}


def example():
    """An autoregression of one value before: its parameters, what it missed and what it foresees, with 80 % ranges."""
    y = np.array(EXAMPLE, dtype=float)
    fit = ARIMA(y, order=(1, 0, 0), trend="c").fit(method_kwargs={"maxiter": 500, "pgtol": 1e-10, "factr": 10})
    ahead = fit.get_forecast(5)
    return {
        "values": EXAMPLE,
        "mean": float(fit.params[0]),
        "ar": float(fit.params[1]),
        "variance": float(fit.params[2]),
        "logLikelihood": float(fit.llf),
        "aicc": float(fit.aicc),
        "misses": list(map(float, fit.resid)),
        "ahead": list(map(float, ahead.predicted_mean)),
        "spread": list(map(float, ahead.se_mean)),
    }


json.dump(
    {
        "made by": f"tests/golden/diagnostics.py, statsmodels {statsmodels.__version__}, scipy {scipy.__version__}, "
        f"numpy {np.__version__}, Python {platform.python_version()}",
        "free": FREE,
        "series": [of_series(*one) for one in generated()],
        "example": example(),
    },
    sys.stdout,
)
print()
