# Writes what the R package forecast says of some series: the test of Osborn, Chui, Smith and Birchenhall.
#
#   Rscript tests/golden/ocsb.R > tests/golden/ocsb.json
#
# forecast and jsonlite are needed (Debian: r-cran-forecast, r-cran-jsonlite).

suppressMessages(library(forecast))
set.seed(19880401)

rounded <- function(values) signif(as.numeric(values), 12)
wave <- function(count, season) sin(2 * pi * seq_len(count) / season)
walks <- function(count, season) {
  values <- rnorm(count)
  for (place in (season + 1):count) values[place] <- values[place - season] + rnorm(1)
  values
}

series <- list(
  passengers = list(values = AirPassengers, season = 12),
  accidents = list(values = USAccDeaths, season = 12),
  temperatures = list(values = nottem, season = 12),
  noise = list(values = rnorm(150, 20, 3), season = 7),
  steady = list(values = 30 + 8 * wave(140, 7) + rnorm(140), season = 7),
  wandering = list(values = 50 + walks(160, 4), season = 4),
  both = list(values = cumsum(rnorm(200)) + walks(200, 12), season = 12),
  short = list(values = rnorm(30, 5), season = 12),
  hours = list(values = 100 + 20 * wave(240, 24) + rnorm(240, 0, 6), season = 24)
)

told <- lapply(names(series), function(name) {
  one <- series[[name]]
  values <- ts(rounded(one$values), frequency = one$season)
  statistics <- sapply(0:3, function(lags) as.numeric(ocsb.test(values, "fixed", lags)$statistics))
  list(name = name, season = one$season, values = as.numeric(values), statistics = statistics,
       critical = ocsb.test(values, "fixed", 0)$critical)
})

made <- sprintf("tests/golden/ocsb.R, forecast %s, R %s", packageVersion("forecast"), getRversion())
cat(jsonlite::toJSON(list("made by" = made, series = told), auto_unbox = TRUE, digits = I(15)), "\n", sep = "")
