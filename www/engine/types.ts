/** Public types of the library. Shapes match what the Rust core serialises; numbers are counts of pieces unless said. */

import type { Question, Report } from "./reading";

export type { Choice, Column, DateOrder, Finding, Mapping, Question, ReadOptions, Report } from "./reading";

export type DeviceChoice = "auto" | "gpu" | "cpu";
export type Frequency = "hour" | "day" | "week" | "month";
export type Language = "en" | "zh";
export type Theme = "light" | "dark";

export interface StartOptions {
  device?: DeviceChoice;
  /** Compute workers; by default one fewer than the processor's cores, 1 to 8. */
  workers?: number;
}

/**
 * Where networks are trained. `reason` says why there is no GPU: `none` (no adapter), `software`, `refused`, `wrong`
 * (it failed its known answers), `chosen`, `lost` (a driver's reset or a sleep took it; the next request looks for it once
 * more).
 */
export interface DeviceInfo {
  kind: "gpu" | "cpu";
  vendor: string;
  architecture: string;
  workers: number;
  reason?: string;
}

export interface Note {
  code: string;
  severity: "info" | "warning";
  product: string | null;
  count: number | null;
  args: [string, string][];
  /** One English sentence. */
  text: string;
}

/** How regularly a product sells, by the two numbers of Syntetos, Boylan and Croston. */
export interface Demand {
  /** Average demand interval: periods for each one with a sale. */
  adi: number;
  /** Squared coefficient of variation of what periods with a sale sell. */
  cv2: number;
  kind: "smooth" | "erratic" | "intermittent" | "lumpy";
  /** Whether fewer than one period in four has a sale. */
  rare: boolean;
}

export interface Product {
  /** Place in the shop, also in every forecast of it. */
  index: number;
  id: string;
  name: string;
  category: string | null;
  supplier: string | null;
  units: number;
  /** 0 where the file has no prices. */
  revenue: number;
  /** ISO dates of the first and last period with data. */
  first: string;
  last: string;
  /** Units of the last 13 periods at the shop's frequency. */
  recent: number[];
  /** `null` without a sale. */
  demand: Demand | null;
  /** Whether it has been silent for far longer than ever before. */
  ended: boolean;
}

export interface Shop {
  id: number;
  name: string;
  /** True for the invented sample shop. */
  sample: boolean;
  reports: Report[];
  questions: Question[];
  notes: Note[];
  products: Product[];
  frequency: Frequency;
  /** Frequencies that the file supports. */
  frequencies: Frequency[];
  /** ISO dates. */
  from: string;
  to: string;
  totalUnits: number;
  totalRevenue: number;
  extras: Extra[];
}

/** A number that the files have beside the units, which may be known ahead. */
export interface Extra {
  /** Header in the file, or `price`. */
  name: string;
  /** By its header. */
  kind: "price" | "promotion" | "discount" | "cost" | "stock" | "opening" | "holiday" | null;
  /** Whether it says yes or no: all values are 1 or 0. */
  flag: boolean;
  /** Whether it differs within some product: of what was always the same nothing can be learnt. */
  varies: boolean;
}

/** How to clean what methods learn from, at each origin by itself; `keep` unless said. What was sold stays as it is. */
export interface CleanOptions {
  missing?: "keep" | "zero" | "interpolate" | "seasonal";
  /** `clip`: down to five robust standard deviations; `seasonal-hybrid`: S-H-ESD. */
  outliers?: "keep" | "clip" | "seasonal-hybrid";
}

export interface ForecastOptions {
  horizon: number;
  frequency?: Frequency;
  /** A model's name or `auto`. */
  model?: string;
  /** Levels in (0, 1) to answer; default 0.1, 0.25, 0.5, 0.75, 0.9. */
  levels?: number[];
  seed?: number;
  folds?: number;
  clean?: CleanOptions;
  /** Names of columns whose values are known ahead ({@link Extra}): promotions, prices … All methods but `seasonal-naive` look at them. */
  known?: string[];
  /** Those values; what is left open is as usual: the last value, no promotion, on closed weekdays closed. */
  future?: FutureRow[];
}

/**
 * What is known ahead of a day, or of the hour, week or month it lies in: a value under the name of each column. Under
 * `frequency` may stand the period that is meant where that is not the forecast's: steps that no row of their own tells take
 * the mean of what is said of their days, or what is said of the week or month they lie in. Columns that are called as
 * something else here go under `values`, with all others of the row.
 */
export interface FutureRow {
  date: string;
  /** Key of the product; without one the row holds for all that have none of their own. */
  product?: string;
  [column: string]: FutureValue | Record<string, FutureValue>;
}

/** Nothing where it is as usual; an empty text says nothing either. */
export type FutureValue = string | number | boolean | null | undefined;

/** What columns would say over a horizon if nothing special were planned. */
export interface Usual {
  /** ISO date of each step. */
  dates: string[];
  /** By column and step; `NaN` where products differ, or nothing is known. */
  columns: Float64Array[];
}

export interface Span {
  /** Expected sum over the horizon. */
  mean: number;
  /** At the forecast's levels. */
  quantiles: number[];
}

/** Its arrays may be views of buffers that several products share: `slice()` one before it is transferred or stored by itself. */
export interface ProductForecast {
  index: number;
  id: string;
  /** Names of the methods that really made it, joined by ` + `. */
  model: string;
  /** ISO date of each step. */
  dates: string[];
  mean: Float64Array;
  /** One row per level, each `horizon` long. */
  quantiles: Float64Array[];
  total: Span;
}

/** The sum of a category's products; `id` is its name, `index` its place. */
export interface CategoryForecast extends ProductForecast {
  /** How many products it has. */
  products: number;
  /** How often its 80 % range held in tests, out of how many. */
  held: number;
  tested: number;
  yearBefore: number | null;
  peakOnce: boolean;
  /** The last periods' sales, oldest first. */
  recent: Float64Array;
}

/** How one method did beside the combination: its quantile loss over the combination's, less 1, and the standard error of that. */
export interface Rival {
  model: string;
  difference: number;
  error: number;
}

/** Why several methods were combined, or one was used alone. */
export interface Reason {
  /** Methods there were to combine. */
  methods: number;
  /** Past origins they were compared on. */
  origins: number;
  /** The best single method over the whole shop; null where nothing could be compared. */
  best: Rival | null;
  /** Whether it is used alone. */
  alone: boolean;
  /** Kinds of demand for which that is otherwise: the method used alone, or null for the combination. */
  overruled: { kind: "smooth" | "erratic" | "intermittent" | "lumpy"; rival: Rival | null }[];
}

/** How well the same method would have done on the shop's own past, about the total over the horizon. */
export interface Accuracy {
  horizon: number;
  folds: number;
  model: string;
  /** The rule it is compared with: `seasonal-naive`. */
  rule: string;
  /** Mean absolute miss of the horizon's total over the actual total, whole shop. */
  totalMiss: number;
  ruleTotalMiss: number;
  /** In how many of the `folds` the rule's total lay nearer. */
  ruleNearer: number;
  /** Typical miss of single products' totals (sum of absolute misses over the sum of totals). */
  productMiss: number;
  ruleProductMiss: number;
  /** How often the actual total of a product lay in its 80 % range: `held` of `tested`. */
  held: number;
  tested: number;
  /** The same of the whole shop's total and its own range. */
  shopHeld: number;
  shopTested: number;
  /** Per product, by index; null where its past is too short. */
  products: ({ totalMiss: number; ruleTotalMiss: number; ruleNearer: number; held: number; tested: number } | null)[];
  /** Why the method is what it is; null where none was chosen. */
  reason: Reason | null;
  /** Per model, pooled over folds: MAE, RMSE, sMAPE, WAPE, MASE, RMSSE, WQL, coverage80, bias … */
  models: { model: string; metrics: Record<string, number> }[];
}

export interface TrainingCurve {
  model: string;
  epochs: number[];
  training: number[];
  validation: number[];
  /** `gpu` or `cpu`, where it really ran. */
  device: string;
  seconds: number;
}

export interface Forecast {
  id: number;
  shop: number;
  /** `quick` while better methods still run, then `final`. */
  stage: "quick" | "final";
  frequency: Frequency;
  horizon: number;
  levels: number[];
  products: ProductForecast[];
  /** The whole shop. */
  all: ProductForecast;
  /** Categories by name; none where there are fewer than two or more than fifty. */
  categories: CategoryForecast[];
  accuracy: Accuracy | null;
  training: TrainingCurve[];
  notes: Note[];
  /** Sum over the same span one year before (52 weeks, or 12 months), per product by index and for the shop; null where history is too short. */
  yearBefore: (number | null)[];
  yearBeforeAll: number | null;
  /** Whether sales stood out in that span, in a past of less than two years: seen once, a season tells little. */
  peakOnce: boolean[];
  peakOnceAll: boolean;
}

export interface Progress {
  /** `reading`, `fitting`, `training`, `testing`. */
  phase: string;
  /** 0 to 1 over the whole request. */
  done: number;
  /** Seconds left, once it can be told. */
  secondsLeft?: number;
  /** A first or better forecast, as soon as there is one. */
  forecast?: Forecast;
  training?: TrainingCurve;
}

export interface RunOptions {
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** A test's statistic, and how likely one as extreme is by chance. */
export interface StatisticalTest {
  statistic: number;
  p: number;
}

export interface Correlations {
  acf: number[];
  acfBand: number[];
  pacf: number[];
  pacfBand: number;
}

/** Of a season: the share of the variance around the trend that it explains, 0 to 1, and the test of Osborn, Chui, Smith and Birchenhall. */
export interface SeasonTest {
  strength: number;
  /** Below `critical` the season keeps its shape. */
  ocsb: { statistic: number; critical: number; lags: number } | null;
  /** What both say together; `null` without the test. */
  verdict: "changes" | "stays" | "weak" | null;
}

/** What a fit says of itself; `docs/diagnostics.md` has every key. */
export interface Diagnostics {
  model: string;
  coefficients: { name: string; value: number }[];
  /** The models that were compared, the least AICc first; null where there are too few values for a criterion. */
  candidates: { model: string; parameters: number; logLikelihood: number; aic: number; aicc: number | null; bic: number }[];
  values: { count: number; adf: (StatisticalTest & { lags: number }) | null; kpss: (StatisticalTest & { lags: number }) | null; season: SeasonTest | null; correlations: Correlations | null };
  residuals: {
    values: number[];
    /** Whether they are shares of what was expected. */
    relative: boolean;
    variance: number;
    ljungBox: (StatisticalTest & { lags: number }) | null;
    jarqueBera: (StatisticalTest & { skewness: number; kurtosis: number }) | null;
    correlations: Correlations | null;
  };
}

/** The same with its figures, and of an autoregression how the next values are worked out. */
export interface Diagnosis {
  diagnostics: Diagnostics;
  steps: { text: string; value: number; spread: number; low: number; high: number }[] | null;
  misses: Figure;
  /** Correlations of what was missed, and of the sales that were fitted, whole and partial; `null` where there are none. */
  together: Figure | null;
  acf: Figure | null;
  pacf: Figure | null;
}

export type FigureKind = "fan" | "loss" | "spark";

export interface FigureOptions {
  /** Product index; without it a category's, or the whole shop. */
  product?: number;
  category?: number;
  width: number;
  height: number;
  theme?: Theme;
  language?: Language;
}

/** A chart and how its plot area maps: `px = plot.x + (value - x.min) / (x.max - x.min) * plot.width`. */
export interface Figure {
  svg: string;
  plot: { x: number; y: number; width: number; height: number };
  /** Axis ranges; x counts periods since 1970 for `fan`, epochs for `loss`. */
  x: { min: number; max: number };
  y: { min: number; max: number };
  /** What stands at each x, for the read-out, in order. */
  points: FigurePoint[];
  /** One sentence for screen readers. */
  summary: string;
}

export interface FigurePoint {
  x: number;
  /** ISO date of a period; the epoch's number for `loss`. */
  label: string;
  actual: number | null;
  median: number | null;
  low80: number | null;
  high80: number | null;
  low50: number | null;
  high50: number | null;
  rule: number | null;
  /** Holidays and shopping festivals in the period, as `black-friday`. */
  holidays: string[];
}

/** One order line, for hosts that have rows rather than a file; more keys are read like the columns of a file. */
export interface Row {
  date: string | Date;
  product: string;
  quantity: number | string;
  [column: string]: string | number | boolean | Date | null | undefined;
}

export interface BacktestOptions {
  horizon: number;
  /** Test origins, 4 unless said. */
  folds?: number;
  /** Names of models, or the one name `all`. */
  models?: string[];
  frequency?: Frequency;
  seed?: number;
  clean?: CleanOptions;
  /** Names of columns that are known ahead; the past itself tells their values. */
  known?: string[];
}

/** Scores of methods on the shop's own past, pooled over rolling origins. */
export interface Backtest {
  horizon: number;
  folds: number;
  /** MAE, RMSE, sMAPE, WAPE, MASE, RMSSE, WQL, coverage80, bias … */
  models: { model: string; metrics: Record<string, number> }[];
}

export interface ModelInfo {
  name: string;
  [detail: string]: unknown;
}

/** Every failure of the library. */
export interface TillcastFailure {
  kind: "input" | "usage" | "cancelled" | "device" | "memory" | "internal";
  code: string;
  message: string;
  remedy: string;
  args: [string, string][];
  position: { file: string | null; record: number | null; column: string | null };
}
