//! What is shown and handed out: figures as SVG text and forecasts as CSV.
//!
//! plotters draws on our own backend ([`svg`]), which writes text and measures it from a table, so that page, export and
//! tests get the same bytes natively and in the browser. To add a figure: one file here, which ends in a
//! [`figure::Figure`], and golden files under `tests/charts`.

pub mod theme;
pub mod format;
pub mod words;
pub mod measure;
pub mod svg;
pub mod figure;
pub mod ticks;
pub mod labels;
pub mod fan;
pub mod loss;
pub mod spark;
pub mod stems;
pub mod export;

pub use fan::{Fan, fan};
pub use figure::{Figure, Look};
pub use format::Language;
pub use loss::{Loss, loss};
pub use spark::{Spark, spark};
pub use stems::{Shown, Stems, stems};
pub use theme::Theme;
