//! Figures against golden SVG files, byte by byte; the files double as a gallery.
//!
//! `UPDATE_CHARTS=1 cargo test --test charts` writes them anew; look at them before committing.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use tillcast::calendar::{Frequency, days_from_date};
use tillcast::models::forecast::{LEVELS, SeriesForecast, normal_quantile};
use tillcast::present::{Fan, Figure, Language, Look, Loss, Shown, Spark, Stems, Theme, fan, loss, spark, stems};

type Tested = Result<(), Box<dyn std::error::Error>>;

const WIDE: (f64, f64) = (900.0, 420.0);
const NARROW: (f64, f64) = (390.0, 240.0);

fn look((width, height): (f64, f64), theme: Theme, language: Language) -> Look {
    Look { width, height, theme, language }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts")
}

/// Compares with the file, or writes it where asked.
fn golden(name: &str, figure: &Figure) -> Tested {
    well_formed(&figure.svg)?;
    let path = folder().join(format!("{name}.svg"));
    if std::env::var_os("UPDATE_CHARTS").is_some() {
        fs::write(&path, &figure.svg)?;
        return Ok(());
    }
    let kept = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    if kept != figure.svg {
        return Err(
            format!("{name}.svg differs; if it should, write it anew with UPDATE_CHARTS=1 and look at it").into()
        );
    }
    Ok(())
}

/// Nothing that a strict policy blocks, every tag closed, no text outside its escapes, no coordinate that is no number.
fn well_formed(svg: &str) -> Tested {
    for bad in ["style=", "<script", "<style", "NaN", "inf", "href", "\0"] {
        if svg.contains(bad) {
            return Err(format!("the SVG holds {bad:?}").into());
        }
    }
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').ok_or("a tag without end")?;
        let attributes_closed = tag.matches('"').count() % 2 == 0;
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        if !attributes_closed || text.contains('"') {
            return Err(format!("a quotation mark is out of place near <{tag}>").into());
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing").into());
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} left open").into()) }
}

/// A repeatable noise in -1..1.
fn noise(place: usize) -> f64 {
    let mixed = (place as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed >> 40) as f64) / f64::from(1 << 23) - 1.0
}

fn period(frequency: Frequency, year: i16, month: i8, day: i8) -> i32 {
    frequency.period_of_days(days_from_date(jiff::civil::date(year, month, day)))
}

/// A forecast around `median` whose spread grows with the step.
fn forecast(start: i32, median: &[f64], spread: f64) -> SeriesForecast {
    let quantiles = Array2::from_shape_fn((median.len(), LEVELS.len()), |(step, level)| {
        median[step] * (1.0 + spread * (1.0 + step as f64 / 10.0) * normal_quantile(LEVELS[level]))
    });
    SeriesForecast::new("CN-204".into(), start, "ets", median.to_vec(), quantiles, 0.3)
}

/// A shop's week: quiet Mondays, busy Saturdays.
const WEEKDAYS: [f64; 7] = [0.7, 0.75, 0.85, 0.95, 1.2, 1.5, 1.05];

struct Case {
    frequency: Frequency,
    start: i32,
    history: Vec<f64>,
    forecast: SeriesForecast,
    rule: Vec<f64>,
    promotions: Vec<i32>,
    holidays: Vec<i32>,
    stockouts: Vec<(i32, i32)>,
}

impl Case {
    fn fan(&self) -> Fan<'_> {
        Fan {
            frequency: self.frequency,
            name: "Scented candle, fig",
            start: self.start,
            history: &self.history,
            forecast: &self.forecast,
            rule: Some(&self.rule),
            tested: true,
            promotions: &self.promotions,
            holidays: &self.holidays,
            stockouts: &self.stockouts,
            unit: None,
            shown: None,
        }
    }
}

/// Two years of weeks with a Christmas peak, 13 weeks ahead.
fn weekly() -> Case {
    let end = period(Frequency::Week, 2026, 11, 30);
    let level = |week: i32| {
        let into = (week - period(Frequency::Week, 2025, 12, 15)).rem_euclid(52);
        let distance = f64::from(into.min(52 - into));
        48.0 + 120.0 * libm::exp(-distance * distance / 8.0) + 7.0 * noise(week as usize)
    };
    let mut history: Vec<f64> = (end - 104..end).map(level).collect();
    history[84..87].fill(2.0);
    let median: Vec<f64> = (end..end + 13).map(|week| 1.1 * level(week)).collect();
    Case {
        frequency: Frequency::Week,
        start: end - 104,
        rule: history[52..65].to_vec(),
        history,
        forecast: forecast(end, &median, 0.11),
        promotions: vec![end - 51, end - 34, end - 1, end + 2],
        holidays: vec![end - 49, end - 40, end - 30, end - 20, end + 3, end + 4],
        stockouts: vec![(end - 20, end - 18)],
    }
}

/// Noisy days with a weekly shape, four weeks ahead.
fn daily() -> Case {
    let end = period(Frequency::Day, 2026, 12, 1);
    let level = |day: i32| {
        let weekday = WEEKDAYS[(day + 3).rem_euclid(7) as usize];
        (18.0 * weekday * (1.0 + 0.45 * noise(day as usize))).round()
    };
    let history: Vec<f64> = (end - 400..end).map(level).collect();
    let median: Vec<f64> = (end..end + 28).map(|day| 19.0 * WEEKDAYS[(day + 3).rem_euclid(7) as usize]).collect();
    Case {
        frequency: Frequency::Day,
        start: end - 400,
        rule: (0..28).map(|step| history[400 - 7 + step % 7]).collect(),
        history,
        forecast: forecast(end, &median, 0.25),
        promotions: (end - 40..end - 33).chain(end + 9..end + 12).collect(),
        holidays: vec![end - 30, end - 4, end - 1, end + 24, end + 25],
        stockouts: Vec::new(),
    }
}

/// Four years of months, twelve ahead.
fn monthly() -> Case {
    let end = period(Frequency::Month, 2026, 12, 1);
    let level = |month: i32| {
        let season = [0.7, 0.75, 0.9, 0.95, 1.0, 0.9, 0.85, 0.8, 1.0, 1.1, 1.4, 1.9][month.rem_euclid(12) as usize];
        1500.0 * season * (1.0 + 0.005 * f64::from(month - end + 48)) * (1.0 + 0.08 * noise(month as usize))
    };
    let history: Vec<f64> = (end - 48..end).map(level).collect();
    let median: Vec<f64> = (end..end + 12).map(level).collect();
    Case {
        frequency: Frequency::Month,
        start: end - 48,
        rule: history[36..].to_vec(),
        history,
        forecast: forecast(end, &median, 0.09),
        promotions: Vec::new(),
        holidays: Vec::new(),
        stockouts: Vec::new(),
    }
}

#[test]
fn fans_of_every_spacing_in_both_sizes_themes_and_languages() -> Tested {
    for (name, case) in [("week", weekly()), ("day", daily()), ("month", monthly())] {
        for (size_name, size) in [("wide", WIDE), ("narrow", NARROW)] {
            golden(
                &format!("fan-{name}-{size_name}-light-en"),
                &fan(&case.fan(), look(size, Theme::Light, Language::En))?,
            )?;
            golden(
                &format!("fan-{name}-{size_name}-dark-zh"),
                &fan(&case.fan(), look(size, Theme::Dark, Language::Zh))?,
            )?;
        }
    }
    Ok(())
}

/// Places and words of a figure's texts.
fn texts(figure: &Figure) -> Vec<(f64, &str)> {
    let found = figure.svg.split("<text x=\"").skip(1).filter_map(|part| {
        let (x, rest) = part.split_once('"')?;
        let (_, text) = rest.split_once('>')?;
        Some((x.parse().ok()?, text.split('<').next()?))
    });
    found.collect()
}

#[test]
fn the_cut_off_is_the_last_period_sold_and_stands_where_its_tick_stands() -> Tested {
    // Each ends where its axis has a tick: on 10 June 2026, in the week from 8 June, and in July.
    let noted = |texts: &[(f64, &str)], wanted: &str| texts.iter().find(|(_, text)| *text == wanted).map(|(x, _)| *x);
    let ends = [
        (Frequency::Day, period(Frequency::Day, 2026, 6, 10), 8, "10 Jun", "10 Jun 2026"),
        (Frequency::Week, period(Frequency::Week, 2026, 6, 8), 5, "8 Jun", "8–14 Jun 2026"),
        (Frequency::Month, period(Frequency::Month, 2026, 7, 1), 7, "Jul", "Jul 2026"),
    ];
    for (frequency, last, periods, tick, said) in ends {
        let ahead = forecast(last + 1, &[5.0; 3], 0.3);
        let case = Case {
            frequency,
            start: last + 1 - periods,
            history: (0..periods).map(|place| 4.0 + f64::from(place % 3)).collect(),
            forecast: ahead,
            rule: vec![4.0; 3],
            promotions: Vec::new(),
            holidays: Vec::new(),
            stockouts: Vec::new(),
        };
        let figure = fan(&case.fan(), look(WIDE, Theme::Light, Language::En))?;
        let texts = texts(&figure);
        let (line, below) = (noted(&texts, said), noted(&texts, tick));
        let apart = line.zip(below).map(|(line, below)| (line - below).abs());
        assert!(apart.is_some_and(|apart| apart < 0.6), "{said} at {line:?}, {tick} at {below:?}: {texts:?}");
    }
    // Of three days the line is near the axis' unit: the label moves over rather than go.
    let mut three = daily();
    three.history.truncate(3);
    three.start = three.forecast.start - 3;
    for (language, said) in [(Language::En, "30 Nov 2026"), (Language::Zh, "2026年11月30日")] {
        let figure = fan(&three.fan(), look(WIDE, Theme::Light, language))?;
        let texts = texts(&figure);
        assert!(noted(&texts, said).or(noted(&texts, said.trim_start_matches("2026年"))).is_some(), "{texts:?}");
    }
    Ok(())
}

#[test]
fn fan_of_hours() -> Tested {
    let end = period(Frequency::Hour, 2026, 12, 1);
    let level = |hour: i32| {
        (9.0 * libm::exp(-((hour.rem_euclid(24) - 15) as f64).powi(2) / 24.0) * (1.0 + 0.4 * noise(hour as usize)))
            .round()
    };
    let history: Vec<f64> = (end - 400..end).map(level).collect();
    let median: Vec<f64> = (end..end + 48).map(level).collect();
    let case = Case {
        frequency: Frequency::Hour,
        start: end - 400,
        rule: (0..48).map(|step| history[376 + step % 24]).collect(),
        history,
        forecast: forecast(end, &median, 0.3),
        promotions: Vec::new(),
        holidays: Vec::new(),
        stockouts: Vec::new(),
    };
    golden("fan-hour-wide-light-en", &fan(&case.fan(), look(WIDE, Theme::Light, Language::En))?)
}

#[test]
fn fan_of_a_rarely_sold_product() -> Tested {
    let end = period(Frequency::Week, 2026, 11, 30);
    let history: Vec<f64> =
        (0..104).map(|week| if noise(week * 7) > 0.75 { 1.0 + f64::from(noise(week) > 0.5) } else { 0.0 }).collect();
    let quantiles = Array2::from_shape_fn((8, LEVELS.len()), |(_, level)| {
        [0.0, 1.0, 2.0][usize::from(level > 8) + usize::from(level > 11)]
    });
    let ahead = SeriesForecast::new("R-1".into(), end, "croston", vec![0.22; 8], quantiles, 0.0);
    let case = Case {
        frequency: Frequency::Week,
        start: end - 104,
        rule: history[52..60].to_vec(),
        history,
        forecast: ahead,
        promotions: Vec::new(),
        holidays: vec![end - 40, end + 3],
        stockouts: Vec::new(),
    };
    golden("fan-rare-narrow-light-en", &fan(&case.fan(), look(NARROW, Theme::Light, Language::En))?)?;
    golden("fan-rare-wide-dark-en", &fan(&case.fan(), look(WIDE, Theme::Dark, Language::En))?)
}

#[test]
fn what_hardly_sells_is_drawn_low() -> Tested {
    let end = period(Frequency::Week, 2026, 11, 30);
    let quantiles = Array2::from_shape_fn((8, LEVELS.len()), |(_, level)| 0.002 * level as f64);
    let case = |sold: f64| Case {
        frequency: Frequency::Week,
        start: end - 30,
        history: vec![sold; 30],
        rule: vec![0.0; 8],
        forecast: SeriesForecast::new("R-2".into(), end, "window", vec![0.02; 8], quantiles.clone(), 0.0),
        promotions: Vec::new(),
        holidays: Vec::new(),
        stockouts: Vec::new(),
    };
    // Of pieces one is the least that can be sold; of weights it is much.
    let top = |sold: f64| fan(&case(sold).fan(), look(NARROW, Theme::Light, Language::En)).map(|figure| figure.y.max);
    assert!((top(0.0)? - 1.0).abs() < 1e-12 && top(0.012)? < 0.1);
    Ok(())
}

#[test]
fn fan_of_huge_numbers() -> Tested {
    let mut case = weekly();
    case.history.iter_mut().chain(&mut case.rule).for_each(|value| *value *= 12_345.0);
    let median: Vec<f64> = case.forecast.mean.iter().map(|value| value * 12_345.0).collect();
    case.forecast = forecast(case.forecast.start, &median, 0.11);
    golden("fan-huge-narrow-light-en", &fan(&case.fan(), look(NARROW, Theme::Light, Language::En))?)?;
    golden("fan-huge-wide-light-zh", &fan(&case.fan(), look(WIDE, Theme::Light, Language::Zh))?)
}

#[test]
fn fans_with_next_to_nothing() -> Tested {
    let mut case = daily();
    case.history = vec![4.0];
    case.start = case.forecast.start - 1;
    golden("fan-one-point-narrow-light-en", &fan(&case.fan(), look(NARROW, Theme::Light, Language::En))?)?;
    case.history.clear();
    case.start = case.forecast.start;
    golden("fan-no-history-narrow-light-en", &fan(&case.fan(), look(NARROW, Theme::Light, Language::En))?)?;
    case.forecast = forecast(case.forecast.start, &[5.0], 0.3);
    golden("fan-one-step-narrow-light-en", &fan(&case.fan(), look(NARROW, Theme::Light, Language::En))?)?;
    case.forecast = forecast(case.forecast.start, &[], 0.3);
    golden("fan-nothing-narrow-light-zh", &fan(&case.fan(), look(NARROW, Theme::Light, Language::Zh))?)
}

#[test]
fn values_that_are_no_numbers_leave_gaps() -> Tested {
    let mut case = weekly();
    let last = case.history.len() - 1;
    for place in [last, last - 5, last - 6, last - 8] {
        case.history[place] = f64::NAN;
    }
    case.history[last - 20] = f64::INFINITY;
    let figure = fan(&case.fan(), look(WIDE, Theme::Light, Language::En))?;
    assert!(figure.y.max < 1000.0);
    golden("fan-gaps-wide-light-en", &figure)
}

#[test]
fn a_hostile_name_stays_text() -> Tested {
    let case = weekly();
    let name = "\u{202e}</svg><script>alert(1)</script>\"'&\u{0}<img src=x onerror=alert(1)>";
    let unit = "<b onload=\"x\">&";
    let figure = fan(&Fan { name, unit: Some(unit), ..case.fan() }, look(NARROW, Theme::Light, Language::En))?;
    assert!(!figure.svg.contains("<img") && !figure.svg.contains("<b "));
    golden("fan-hostile-narrow-light-en", &figure)
}

#[test]
fn the_fan_says_what_it_shows() -> Tested {
    let case = weekly();
    let figure = fan(&case.fan(), look(WIDE, Theme::Light, Language::En))?;
    let total = case.forecast.total_mean();
    assert!(figure.summary.starts_with("Scented candle, fig: about "), "{}", figure.summary);
    assert!(figure.summary.ends_with("from 30 November 2026 to 28 February 2027."), "{}", figure.summary);
    let about: f64 = figure.summary.split(' ').nth(4).unwrap_or_default().replace(',', "").parse()?;
    assert!((about - total).abs() <= total * 0.05, "{about} for {total}");
    let zh = fan(&case.fan(), look(WIDE, Theme::Light, Language::Zh))?.summary;
    assert!(zh.contains("2026年11月30日至2027年2月28日约 ") && zh.contains("可能在"), "{zh}");

    // Points and mapping: every forecast value lies in the plot, each once, in order.
    assert!(figure.points.windows(2).all(|pair| pair[0].x < pair[1].x));
    assert_eq!(figure.points.iter().filter(|point| point.median.is_some()).count(), 13);
    for point in &figure.points {
        let down = |value: f64| figure.plot.y + (1.0 - value / figure.y.max) * figure.plot.height;
        for value in [point.actual, point.high80, point.rule].into_iter().flatten() {
            assert!(down(value) >= figure.plot.y - 0.1 && down(value) <= figure.plot.y + figure.plot.height + 0.1);
        }
    }
    let json = serde_json::to_value(&figure)?;
    for key in ["svg", "plot", "x", "y", "points", "summary"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    assert!(json["points"][0].get("low80").is_some() && json["plot"].get("width").is_some());
    Ok(())
}

#[test]
fn misses_and_how_they_go_together() -> Tested {
    let start = period(Frequency::Month, 2024, 3, 1);
    let misses: Vec<f64> = (0..30).map(|place| if place == 20 { 31.0 } else { 12.0 * noise(place) }).collect();
    let (usual, lags) = (vec![19.6; 30], [0.41, -0.08, 0.12, -0.35, 0.02, 0.0, -0.11]);
    let shown = Shown::Misses { frequency: Frequency::Month, start, relative: false };
    let by_time = Stems { shown, values: &misses, band: &usual };
    let by_lag = Stems { shown: Shown::MissAcf, values: &lags, band: &[0.36, 0.4, 0.41, 0.41, 0.42, 0.42, 0.43] };
    let size = (390.0, 180.0);
    golden("misses-light-en", &stems(&by_time, look(size, Theme::Light, Language::En))?)?;
    golden("misses-dark-zh", &stems(&by_time, look(size, Theme::Dark, Language::Zh))?)?;
    let figure = stems(&by_lag, look(size, Theme::Light, Language::En))?;
    assert!(figure.summary.contains("1 to 7") && figure.summary.contains("; 1 more than"), "{}", figure.summary);
    assert_eq!((figure.points[0].label.as_str(), figure.points[0].actual), ("1", Some(0.41)));
    golden("together-light-en", &figure)?;
    golden("together-dark-zh", &stems(&by_lag, look(size, Theme::Dark, Language::Zh))?)?;
    let nothing = Stems { shown: Shown::MissAcf, values: &[], band: &[] };
    golden("together-empty-light-en", &stems(&nothing, look(size, Theme::Light, Language::En))?)?;

    // Of relative errors they are shares, written in percent: the axis, the title and the sentence say so.
    let shares: Vec<f64> = misses.iter().map(|miss| miss / 100.0).collect();
    let shown = Shown::Misses { frequency: Frequency::Month, start, relative: true };
    let by_share = Stems { shown, values: &shares, band: &[0.196; 30] };
    let figure = stems(&by_share, look(size, Theme::Light, Language::En))?;
    assert!(figure.svg.contains("20%") && figure.svg.contains("% of expected"), "{}", figure.svg);
    assert!(figure.summary.contains("shares of what it expected"), "{}", figure.summary);
    golden("misses-share-light-en", &figure)?;
    golden("misses-share-dark-zh", &stems(&by_share, look(size, Theme::Dark, Language::Zh))?)
}

#[test]
fn sales_go_together_too() -> Tested {
    let (acf, pacf) = ([0.62, 0.41, 0.2, 0.11, 0.3, 0.44], [0.62, 0.04, -0.12, 0.02, 0.37, 0.2]);
    let size = (390.0, 180.0);
    let by_lag = Stems { shown: Shown::SalesAcf, values: &acf, band: &[0.25, 0.33, 0.36, 0.37, 0.37, 0.38] };
    let beyond = Stems { shown: Shown::SalesPacf, values: &pacf, band: &[0.25; 6] };
    for (name, shown, says, outside) in
        [("sales-acf", by_lag, "(ACF)", "; 3 more than"), ("sales-pacf", beyond, "(PACF)", "explain; 2 more than")]
    {
        let figure = stems(&shown, look(size, Theme::Light, Language::En))?;
        assert!(figure.svg.contains(says), "{}", figure.svg);
        assert!(figure.summary.contains("How sales") && figure.summary.contains(outside), "{}", figure.summary);
        assert_eq!(figure.points[0].high80, Some(0.25), "its band goes along");
        golden(&format!("{name}-light-en"), &figure)?;
        golden(&format!("{name}-dark-zh"), &stems(&shown, look(size, Theme::Dark, Language::Zh))?)?;
    }
    Ok(())
}

#[test]
fn losses_and_sparks() -> Tested {
    let epochs: Vec<u32> = (1..=30).collect();
    let training: Vec<f64> = epochs.iter().map(|e| 0.42 + 0.9 * libm::exp(-f64::from(*e) / 6.0)).collect();
    let validation: Vec<f64> = epochs
        .iter()
        .map(|e| {
            0.5 + 0.85 * libm::exp(-f64::from(*e) / 5.0)
                + 0.004 * (f64::from(*e) - 20.0).max(0.0)
                + 0.012 * noise(*e as usize)
        })
        .collect();
    let shown = Loss { model: "lstm", epochs: &epochs, training: &training, validation: &validation };
    golden("loss-wide-light-en", &loss(&shown, look((640.0, 240.0), Theme::Light, Language::En))?)?;
    golden("loss-narrow-dark-zh", &loss(&shown, look((358.0, 200.0), Theme::Dark, Language::Zh))?)?;
    let none = Loss { model: "lstm", epochs: &[], training: &[], validation: &[] };
    golden("loss-empty-light-en", &loss(&none, look((358.0, 200.0), Theme::Light, Language::En))?)?;
    for (name, case) in [("week", weekly()), ("day", daily())] {
        let shown =
            Spark { frequency: case.frequency, start: case.start, history: &case.history, forecast: &case.forecast };
        golden(&format!("spark-{name}-light"), &spark(&shown, look((96.0, 32.0), Theme::Light, Language::En))?)?;
    }
    Ok(())
}

#[test]
fn absurd_sizes_are_held() -> Tested {
    let case = daily();
    for size in [(0.0, 0.0), (f64::NAN, f64::INFINITY), (1e9, -5.0), (120.0, 60.0)] {
        well_formed(&fan(&case.fan(), look(size, Theme::Light, Language::En))?.svg)?;
        let shown = Spark { frequency: case.frequency, start: case.start, history: &[], forecast: &case.forecast };
        well_formed(&spark(&shown, look(size, Theme::Dark, Language::En))?.svg)?;
    }
    Ok(())
}
