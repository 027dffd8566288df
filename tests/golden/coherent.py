"""Writes what hierarchicalforecast makes of forecasts that do not add up.

    python3 -m venv scratch && scratch/bin/pip install hierarchicalforecast==1.5.3
    scratch/bin/python tests/golden/coherent.py > tests/golden/coherent.json

Groups, forecasts and past errors are generated here: a tree of a shop, its categories and their products; the same
crossed by stores; and one in which some products would fall below zero.
"""

import json
import platform
import warnings

import hierarchicalforecast
import numpy as np
from hierarchicalforecast.methods import MinTrace, TopDown

warnings.simplefilter("ignore")


def rounded(values):
    return [float(f"{value:.10g}") for value in np.asarray(values).ravel()]


def case(random, name, groups, products, low, errors):
    """Of groups (lists of products) above so many products, which sell about `low` or more."""
    count = len(groups) + products
    sums = np.zeros((count, products))
    for row, group in enumerate(groups):
        sums[row, group] = 1
    sums[len(groups):] = np.eye(products)
    truth = low + random.gamma(1.0, 5.0, products)
    # In single precision, as errors are kept.
    common = random.normal(0, 1, (errors, 1)) * np.sqrt(sums @ truth)
    residuals = (0.6 * common + random.normal(0, 1, (errors, count)) * np.sqrt(sums @ truth) * 1.4).astype(np.float32).astype(float)
    forecasts = np.maximum(sums @ truth + random.normal(0, 2.5, count) * np.sqrt(sums @ truth), 0.02)
    insample = {"y_insample": residuals.T, "y_hat_insample": np.zeros((count, errors))}
    made = {
        "name": name,
        "groups": groups,
        "products": products,
        "forecasts": rounded(forecasts),
        "errors": [rounded(row) for row in residuals.T],
    }
    hat = np.array(rounded(forecasts))[:, None]

    def of(method, **more):
        return rounded(method.fit_predict(S=sums, y_hat=hat, **more)["mean"][len(groups):])

    shrunk = MinTrace(method="mint_shrink")
    made["mint_shrink"] = of(shrunk, **insample)
    made["wls_var"] = of(MinTrace(method="wls_var"), **insample)
    made["covariances"] = rounded(shrunk.W)
    made["mint_shrink_nonnegative"] = of(MinTrace(method="mint_shrink", nonnegative=True), **insample)
    made["wls_var_nonnegative"] = of(MinTrace(method="wls_var", nonnegative=True), **insample)
    return made, sums, hat


def main():
    random = np.random.default_rng(20260101)
    tree = [list(range(9)), [0, 1, 2], [3, 4, 5, 6], [7, 8]]
    first, sums, hat = case(random, "tree", tree, 9, 4.0, 60)
    tags = {"shop": np.array([0]), "category": np.array([1, 2, 3]), "product": np.arange(4, 13)}
    top = TopDown(method="forecast_proportions")
    first["top_down"] = rounded(top.fit_predict(S=sums, y_hat=hat, tags=tags)["mean"][4:])
    # Product p in store s has place 2 p + s.
    crossed = [list(range(12)), [0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], [0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]]
    crossed += [[0, 2, 4], [1, 3, 5], [6, 8, 10], [7, 9, 11]]
    second, _, _ = case(random, "crossed", crossed, 12, 2.0, 40)
    third, _, _ = case(random, "rare", tree, 9, 0.05, 60)
    wide = [list(range(30)), *[list(range(first, first + 6)) for first in range(0, 30, 6)]]
    fourth, _, _ = case(random, "short", wide, 30, 0.3, 12)
    versions = {"hierarchicalforecast": hierarchicalforecast.__version__, "numpy": np.__version__, "python": platform.python_version()}
    print(json.dumps({"made by": "tests/golden/coherent.py", "versions": versions, "cases": [first, second, third, fourth]}, separators=(",", ":")))


main()
