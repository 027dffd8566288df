//! Forecasts that are made to add up, against hierarchicalforecast (tests/golden/coherent.py) and on shops.

use std::error::Error;
use std::fs;

use tillcast::calendar::Frequency;
use tillcast::coherent::covariance::Covariance;
use tillcast::coherent::nodes::Nodes;
use tillcast::coherent::trace::Trace;
use tillcast::coherent::{Level, Reconcile, top_down};
use tillcast::models::forecast::MEDIAN;
use tillcast::panel::{KnownAhead, Panel, Series};
use tillcast::session::ForecastOptions;
use tillcast::session::coherent::{Coherent, coherent};
use tillcast::session::forecast::{DEFAULT_SEED, answer};

mod common;

type Outcome = Result<(), Box<dyn Error>>;

#[derive(serde::Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    groups: Vec<Vec<usize>>,
    products: usize,
    forecasts: Vec<f64>,
    errors: Vec<Vec<f32>>,
    mint_shrink: Vec<f64>,
    wls_var: Vec<f64>,
    covariances: Vec<f64>,
    mint_shrink_nonnegative: Vec<f64>,
    wls_var_nonnegative: Vec<f64>,
    top_down: Option<Vec<f64>>,
}

fn golden() -> Result<Vec<Case>, Box<dyn Error>> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/coherent.json"))?;
    Ok(serde_json::from_str::<Golden>(&text)?.cases)
}

/// Largest distance of any two, in units of the largest value.
fn apart(one: &[f64], other: &[f64]) -> f64 {
    assert_eq!(one.len(), other.len());
    let scale = other.iter().fold(1e-300_f64, |largest, value| largest.max(value.abs()));
    one.iter().zip(other).fold(0.0_f64, |largest, (a, b)| largest.max((a - b).abs() / scale))
}

#[test]
fn minimum_trace_is_that_of_hierarchicalforecast() -> Outcome {
    let (mut cases, mut negative) = (0, 0);
    for case in golden()? {
        let groups: Vec<&[usize]> = case.groups.iter().map(Vec::as_slice).collect();
        let full = Covariance::of(&case.errors, 1, &case.forecasts);
        let Covariance::Full(matrix) = &full else { panic!("{}: no covariances", case.name) };
        assert!(apart(matrix, &case.covariances) < 1e-7, "{}: covariances", case.name);
        let variances = Covariance::variances(&case.errors, &case.forecasts);
        for (covariance, plain, floored) in [
            (&full, &case.mint_shrink, &case.mint_shrink_nonnegative),
            (&variances, &case.wls_var, &case.wls_var_nonnegative),
        ] {
            let trace = Trace::new(&groups, case.products, covariance);
            let made = trace.unbounded(&case.forecasts);
            assert!(apart(&made, plain) < 1e-6, "{}: {made:?} for {plain:?}", case.name);
            negative += usize::from(plain.iter().any(|value| *value < 0.0));
            // Theirs is solved by an interior point method, to single precision.
            let made = trace.products(&case.forecasts);
            assert!(made.iter().all(|value| *value >= 0.0));
            assert!(apart(&made, floored) < 1e-4, "{}: {made:?} for {floored:?}", case.name);
        }
        cases += 1;
    }
    assert!(cases == 4 && negative >= 3, "{negative} of {cases} cases fall below zero without a floor");
    Ok(())
}

#[test]
fn forecast_proportions_are_those_of_hierarchicalforecast() -> Outcome {
    let cases = golden()?;
    let case = cases.iter().find(|case| case.top_down.is_some()).ok_or("no case")?;
    let series = |index: usize| {
        let category = case.groups.iter().skip(1).position(|group| group.contains(&index));
        let category = category.map(|category| format!("{category}"));
        (Series { id: format!("{index}"), name: String::new(), store: None, category, start: 0 }, vec![1.0])
    };
    let panel = Panel::new(Frequency::Day, (0..case.products).map(series).collect())?;
    let nodes = Nodes::of(&panel, |_| true);
    let groups: Vec<Vec<usize>> = nodes.groups().into_iter().map(<[usize]>::to_vec).collect();
    assert_eq!(groups, case.groups);
    let made = top_down::products(&nodes, &case.forecasts);
    assert!(apart(&made, case.top_down.as_deref().unwrap_or_default()) < 1e-9, "{made:?}");
    Ok(())
}

const DAYS: usize = 120;
const HORIZON: usize = 14;

/// Three products of two categories in two stores; whole pieces, one product rarely.
fn shop() -> Result<Panel, tillcast::Error> {
    let mut all = Vec::new();
    for (place, (product, category)) in [("a", "x"), ("b", "x"), ("c", "y")].into_iter().enumerate() {
        for (turn, store) in ["north", "south"].into_iter().enumerate() {
            let value = |day: usize| match place {
                2 if (day * 7 + turn * 3) % 11 > 1 => 0.0,
                2 => 1.0 + (day % 3) as f64,
                _ => (8 * (place + 1) + (day * (5 + turn) + day * day % 7) % 9 + 4 * usize::from(day % 7 == 5)) as f64,
            };
            let (store, category) = (Some(store.to_owned()), Some(category.to_owned()));
            // The last one ended two days before the others.
            let days = if place == 2 && turn == 1 { DAYS - 2 } else { DAYS };
            let info = Series { id: product.into(), name: product.into(), store, category, start: 20_000 };
            all.push((info, (0..days).map(value).collect()));
        }
    }
    Panel::new(Frequency::Day, all)
}

fn options(model: &str) -> ForecastOptions {
    ForecastOptions {
        horizon: HORIZON,
        model: model.into(),
        levels: vec![0.1, 0.5, 0.9],
        folds: 4,
        clean: Default::default(),
        errors: false,
    }
}

fn made(panel: &Panel, how: Reconcile, seed: u64) -> Result<Coherent, tillcast::Error> {
    let cx = tillcast::context::Context { seed, ..common::context() };
    Ok(pollster::block_on(coherent(panel, &options("moving-average"), &KnownAhead::default(), how, &cx))?.1)
}

#[test]
fn products_stores_categories_and_the_shop_add_up() -> Outcome {
    let panel = shop()?;
    for how in [Reconcile::BottomUp, Reconcile::TopDown, Reconcile::Trace] {
        let all = made(&panel, how, DEFAULT_SEED)?;
        assert_eq!(all.nodes.all.iter().filter(|node| node.level == Level::CategoryStore).count(), 4);
        assert_eq!(all.groups.len(), all.nodes.all.len());
        for (node, group) in all.nodes.all.iter().zip(&all.groups) {
            // By date: what ended two days before has its third step first.
            for step in 0..HORIZON - 2 {
                let own = |leaf: &usize| {
                    let series = &all.products.series[*leaf];
                    series.mean[step + (group.start - series.start) as usize]
                };
                let sum: f64 = node.leaves.iter().map(own).sum();
                assert!((group.mean[step] - sum).abs() < 1e-9 * (1.0 + sum), "{how:?} {node:?} {step}");
            }
            let whole = |value: &f64| *value >= 0.0 && value.fract() == 0.0;
            if let [leaf] = node.leaves[..] {
                let own = &all.products.series[leaf];
                assert!(own.start < group.start || own.quantiles == group.quantiles, "one product is that product");
            } else {
                let all = group.quantiles.iter().chain(&group.total);
                assert!(all.copied().all(|value| whole(&value)), "{how:?} {node:?}: {}", group.quantiles);
                assert!((group.total[MEDIAN] / group.total_mean() - 1.0).abs() < 0.2, "{how:?} {node:?}");
            }
            assert!(group.quantiles.rows().into_iter().all(|row| row.to_vec().is_sorted()) && group.total.is_sorted());
            assert_eq!(group.model, how.name());
        }
        for series in all.products.series.iter().filter(|_| how != Reconcile::BottomUp) {
            let mut said = series.quantiles.iter().chain(&series.total);
            assert!(said.all(|value| *value >= 0.0 && value.fract() == 0.0), "{how:?}: {}", series.quantiles);
            assert!(
                series.quantiles.rows().into_iter().all(|row| row.to_vec().is_sorted()) && series.total.is_sorted()
            );
        }
        let again = made(&panel, how, DEFAULT_SEED)?;
        assert_eq!(again.groups, all.groups, "equal seeds, equal answers");
        assert_ne!(made(&panel, how, 3)?.groups, all.groups, "ranges are drawn");
    }
    Ok(())
}

/// The shop with other sales in its last days, in broken pieces.
fn later_otherwise(panel: &Panel, days: usize) -> Result<Panel, tillcast::Error> {
    let series = (0..panel.len()).map(|index| {
        let mut values = panel.values(index).to_vec();
        let known = values.len() - days;
        values[known..].iter_mut().enumerate().for_each(|(day, value)| *value = 900.5 * common::noise(index, day));
        (panel.series(index).clone(), values)
    });
    Panel::new(panel.frequency(), series.collect())
}

#[test]
fn what_adds_up_at_an_origin_knows_nothing_of_what_came_after_it() -> Outcome {
    let panel = shop()?;
    let otherwise = later_otherwise(&panel, HORIZON)?;
    for how in [Reconcile::BottomUp, Reconcile::TopDown, Reconcile::Trace] {
        let at = |panel: &Panel, back: usize| made(&panel.before(back), how, DEFAULT_SEED);
        let (honest, other) = (at(&panel, HORIZON)?, at(&otherwise, HORIZON)?);
        assert_eq!(honest.products, other.products, "{how:?}");
        assert_eq!(honest.groups, other.groups, "{how:?}");
        // A day less is hidden than was changed.
        let (honest, other) = (at(&panel, HORIZON - 1)?, at(&otherwise, HORIZON - 1)?);
        assert!(honest.products != other.products && honest.groups != other.groups, "{how:?} saw nothing");
    }
    Ok(())
}

#[test]
fn the_shops_range_is_as_wide_as_its_own_test_says() -> Outcome {
    let panel = shop()?;
    let outcome =
        pollster::block_on(answer(&panel, &options("moving-average"), &KnownAhead::default(), &common::context()))?;
    let all = made(&panel, Reconcile::BottomUp, DEFAULT_SEED)?;
    let shop = all.groups.first().ok_or("no groups")?;
    let width = |said: &[f64]| said[11] - said[1];
    let ratio = width(&shop.total) / width(&outcome.all.total);
    assert!((0.75..1.33).contains(&ratio), "{ratio}: {:?} {:?}", shop.total, outcome.all.total);
    for (one, other) in shop.mean.iter().zip(&outcome.all.mean) {
        assert!((one - other).abs() < 1e-9 * other, "{one} {other}");
    }
    Ok(())
}

#[test]
fn one_product_adds_up_to_nothing_else() -> Outcome {
    let info = Series { id: "a".into(), name: "a".into(), store: None, category: Some("x".into()), start: 0 };
    let panel = Panel::new(Frequency::Day, vec![(info, vec![3.0; 60])])?;
    for how in [Reconcile::BottomUp, Reconcile::TopDown, Reconcile::Trace] {
        let all = made(&panel, how, DEFAULT_SEED)?;
        assert!(all.groups.is_empty() && all.products.series.len() == 1, "{how:?}");
    }
    Ok(())
}

#[test]
fn the_command_writes_groups_after_products() -> Outcome {
    let mut text = String::from("product,store,category,date,quantity\n");
    for day in 0..90 {
        for (product, store, category) in [("a", "n", "x"), ("a", "s", "x"), ("b", "n", "y"), ("c", "n", "y")] {
            let date = Frequency::Day.label(20_089 + day);
            text += &format!("{product},{store},{category},{date},{}\n", 3 + (day * 5 + store.len() as i32) % 7);
        }
    }
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("coherent.csv");
    fs::write(&file, text)?;
    let run = |by: &[&str]| -> Result<String, Box<dyn Error>> {
        let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_tillcast"));
        call.arg("forecast").arg(&file).args(["--horizon", "7", "--model", "moving-average", "--reconcile", "mint"]);
        let done = call.args(["--totals", "--quantiles", "0.5"]).args(by).output()?;
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8(done.stdout)?)
    };
    let keys = |made: &str, count: usize| {
        let key = |line: &str| line.split(',').take(count).collect::<Vec<_>>().join(",");
        let mut keys: Vec<String> = made.lines().skip(1).map(key).collect();
        keys.dedup();
        keys
    };
    let summed = run(&[])?;
    assert_eq!(summed.lines().next(), Some("level,product,date,model,mean,q0.5"));
    let expected = ["product,a", "product,b", "product,c", "total,", "category,x", "category,y"];
    assert_eq!(keys(&summed, 2), expected);
    assert_eq!(summed.lines().count(), 1 + 6 * 8, "seven days and a total each");
    let apart = run(&["--by", "store"])?;
    assert_eq!(apart.lines().next(), Some("level,product,store,date,model,mean,q0.5"));
    let keys = keys(&apart, 3);
    for key in [
        "product-store,a,n",
        "product-store,a,s",
        "product,a,",
        "store,,s",
        "category-store,x,s",
        "category,x,",
        "total,,",
    ] {
        assert!(keys.iter().any(|own| own == key), "{key} of {keys:?}");
    }
    Ok(())
}

#[test]
fn sample_paths_of_the_command_add_up_to_the_totals_it_says() -> Outcome {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (file, paths) = (folder.join("paths-in.csv"), folder.join("paths.csv"));
    let mut text = String::from("product,date,quantity\n");
    for day in 0..120 {
        for (place, product) in ["a", "b", "c"].into_iter().enumerate() {
            let noise = (common::noise(place, day as usize) * 9.0).round();
            text += &format!("{product},{},{}\n", Frequency::Day.label(20_089 + day), 6.0 * place as f64 + noise);
        }
    }
    fs::write(&file, text)?;
    let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_tillcast"));
    call.arg("forecast").arg(&file).args(["--horizon", "14", "--model", "moving-average"]);
    call.args(["--totals", "--quantiles", "0.1,0.5,0.9", "--path-count", "400", "--paths"]).arg(&paths);
    let done = call.output()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let written = fs::read_to_string(&paths)?;
    assert!(written.starts_with("product,date,1,2,3,"), "{}", &written[..60]);
    assert_eq!(written.lines().count(), 1 + 3 * 14);
    let said = String::from_utf8(done.stdout)?;
    for product in ["a", "b", "c"] {
        let mut sums = vec![0.0; 400];
        for line in written.lines().filter(|line| line.starts_with(&format!("{product},"))) {
            for (sum, value) in sums.iter_mut().zip(line.split(',').skip(2)) {
                let value: f64 = value.parse()?;
                assert!(value >= 0.0 && value.fract() == 0.0, "whole pieces: {value}");
                *sum += value;
            }
        }
        sums.sort_unstable_by(f64::total_cmp);
        let total = said.lines().find(|line| line.starts_with(&format!("{product},total"))).ok_or("no total")?;
        let total: Vec<f64> = total.split(',').skip(4).map(str::parse).collect::<Result<_, _>>()?;
        for (rank, said) in [39, 199, 359].into_iter().zip(total) {
            assert!((sums[rank] - said).abs() <= 1.0 + 0.02 * said, "{product}: {} for {said}", sums[rank]);
        }
    }
    Ok(())
}

/// A row of paths as the command writes it: product and date, and what is sold in each path.
type PathRow = (String, String, Vec<f64>);

fn paths_of(text: &str) -> Result<Vec<PathRow>, Box<dyn Error>> {
    let row = |line: &str| -> Result<PathRow, Box<dyn Error>> {
        let mut cells = line.split(',');
        let (product, date) = (cells.next().ok_or("no product")?, cells.next().ok_or("no date")?);
        Ok((product.to_owned(), date.to_owned(), cells.map(str::parse).collect::<Result<Vec<f64>, _>>()?))
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn paths_that_were_brought_together_are_whole_and_groups_are_their_sums() -> Outcome {
    /// As many as groups of a small shop are made of.
    const COUNT: usize = 500;
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (file, out) = (folder.join("whole-in.csv"), folder.join("whole.csv"));
    let mut text = String::from("product,category,date,quantity\n");
    for day in 0..120 {
        for (place, (product, category)) in [("a", "x"), ("b", "x"), ("c", "y"), ("d", "y")].into_iter().enumerate() {
            let noise = (common::noise(place, day as usize) * 6.0).round();
            let sold = if place == 3 && day % 5 > 0 { 0.0 } else { 4.0 * place as f64 + noise };
            text += &format!("{product},{category},{},{sold}\n", Frequency::Day.label(20_089 + day));
        }
    }
    fs::write(&file, text)?;
    for how in ["bottom-up", "top-down", "mint"] {
        let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_tillcast"));
        call.arg("forecast").arg(&file).args(["--horizon", "7", "--model", "moving-average", "--reconcile", how]);
        call.args(["--totals", "--quantiles", "0.1,0.5,0.9", "--path-count", &COUNT.to_string(), "--paths"]).arg(&out);
        let done = call.output()?;
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let paths = paths_of(&fs::read_to_string(&out)?)?;
        assert_eq!(paths.len(), 4 * 7);
        assert!(paths.iter().flat_map(|row| &row.2).all(|value| *value >= 0.0 && value.fract() == 0.0), "{how}");
        let said = String::from_utf8(done.stdout)?;
        assert_eq!(said.lines().next(), Some("level,product,date,model,mean,q0.1,q0.5,q0.9"));
        let mut groups = 0;
        for line in said.lines().filter(|line| line.starts_with("total,") || line.starts_with("category,")) {
            let cells: Vec<&str> = line.split(',').collect();
            let members: &[&str] = match cells[1] {
                "x" => &["a", "b"],
                "y" => &["c", "d"],
                _ => &["a", "b", "c", "d"],
            };
            let mut sums = vec![0.0; COUNT];
            let is_part = |date: &str| cells[2] == "total" || cells[2] == date;
            for (_, _, values) in paths.iter().filter(|row| members.contains(&row.0.as_str()) && is_part(&row.1)) {
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            }
            sums.sort_unstable_by(f64::total_cmp);
            let told: Vec<f64> = cells[5..].iter().map(|cell| cell.parse()).collect::<Result<_, _>>()?;
            assert_eq!(told, [sums[49], sums[249], sums[449]], "{how}: {line}");
            groups += 1;
        }
        assert_eq!(groups, 3 * 8, "{how}");
    }
    Ok(())
}
