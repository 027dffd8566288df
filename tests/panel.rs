//! Order lines and series files to panels: what a shop owner would expect of each period.

use proptest::prelude::*;
use tillcast::calendar::Frequency;
use tillcast::ingest::{ExtraColumn, Orders, Product};
use tillcast::panel::build::{BuildOptions, Built, Ends, build};
use tillcast::panel::totals;

type Check = Result<(), Box<dyn std::error::Error>>;

/// Days since 1970 of 2024-01-01, a Monday.
const MONDAY: i32 = 19_723;
const DAY: i32 = 1440;

/// Lines of (product, minute since 2024-01-01, units).
fn orders(lines: &[(&str, i32, f64)]) -> Orders {
    let mut orders = Orders::default();
    for &(id, minute, quantity) in lines {
        let known = orders.products.iter().position(|product| product.id == id);
        let place = known.unwrap_or_else(|| {
            orders.products.push(Product { id: id.into(), name: id.to_uppercase(), category: None, supplier: None });
            orders.products.len() - 1
        });
        orders.product.push(place as u32);
        orders.minute.push(MONDAY * DAY + minute);
        orders.quantity.push(quantity);
    }
    orders
}

/// Lines of (product, day since 2024-01-01, units).
fn daily(lines: &[(&str, i32, f64)]) -> Orders {
    orders(&lines.iter().map(|&(id, day, units)| (id, day * DAY, units)).collect::<Vec<_>>())
}

fn at(frequency: Frequency) -> BuildOptions {
    BuildOptions { frequency: Some(frequency), ..BuildOptions::default() }
}

/// Units that the notes of one kind speak of.
fn units(built: &Built, code: &str) -> f64 {
    let args = built.notes.iter().filter(|note| note.code == code).flat_map(|note| &note.args);
    args.filter(|(name, _)| name == "units").filter_map(|(_, number)| number.parse::<f64>().ok()).sum()
}

fn has(built: &Built, code: &str) -> bool {
    built.notes.iter().any(|note| note.code == code)
}

#[test]
fn order_lines_run_from_the_first_sale_to_the_cut_off() -> Check {
    let lines = [("a", 2, 3.), ("b", 0, 1.), ("a", 5, 1.), ("a", 5, 2.), ("b", 9, 4.)];
    let built = build(&daily(&lines), &BuildOptions::default())?;
    let panel = &built.panel;
    assert_eq!((built.ends, built.spacing, panel.frequency()), (Ends::File, None, Frequency::Day));
    assert_eq!((panel.series(0).id.as_str(), panel.series(0).name.as_str()), ("a", "A"));
    assert_eq!(panel.series(0).start, MONDAY + 2);
    assert_eq!(panel.values(0), [3., 0., 0., 3., 0., 0., 0., 0.], "trailing zeros belong to it");
    assert_eq!(panel.values(1), [1., 0., 0., 0., 0., 0., 0., 0., 0., 4.]);
    assert_eq!(panel.end(0), panel.end(1));
    Ok(())
}

#[test]
fn one_line_a_day_with_gaps_is_order_lines_and_without_gaps_a_series_file() -> Check {
    let lines: Vec<_> = [0, 1, 2, 4, 5, 8].iter().map(|&day| ("a", day, 1.)).collect();
    assert_eq!(build(&daily(&lines), &BuildOptions::default())?.spacing, None);
    // Each product sold once, or on two days in a row by chance: proves nothing.
    let once = [("a", 0, 1.), ("a", 1, 1.), ("b", 3, 1.), ("c", 5, 1.)];
    assert_eq!(build(&daily(&once), &BuildOptions::default())?.ends, Ends::File);
    let twice_a_day = [("a", 0, 1.), ("a", 1, 1.), ("a", 1, 1.), ("a", 2, 1.), ("a", 3, 1.)];
    assert_eq!(build(&daily(&twice_a_day), &BuildOptions::default())?.spacing, None);
    let dense: Vec<_> = (0..6).map(|day| ("a", day, 1.)).chain((1..4).map(|day| ("b", day, 2.))).collect();
    let built = build(&daily(&dense), &BuildOptions::default())?;
    assert_eq!((built.ends, built.spacing), (Ends::Own, Some(Frequency::Day)));
    assert_eq!((built.panel.series(1).start, built.panel.values(1)), (MONDAY + 1, &[2., 2., 2.][..]));
    Ok(())
}

/// A list by weeks (or months) of two products in which the second lacks its third row.
fn list(days: &[i32]) -> Vec<(&'static str, i32, f64)> {
    let rows = days.iter().enumerate().flat_map(|(at, &day)| [("a", day, 5.), ("b", day, 2. + at as f64)]);
    rows.filter(|(id, day, _)| *id == "a" || *day != days[2]).collect()
}

#[test]
fn a_list_by_weeks_or_months_stays_one_without_some_rows() -> Check {
    // Sundays; firsts of the month; last days of the month.
    let lists: [(&[i32], Frequency, &str); 3] = [
        (&[6, 13, 20, 27, 34, 41, 48], Frequency::Week, "list-by-weeks"),
        (&[0, 31, 60, 91, 121, 152, 182], Frequency::Month, "list-by-months"),
        (&[30, 59, 90, 120, 151, 181, 212], Frequency::Month, "list-by-months"),
    ];
    for (days, spacing, code) in lists {
        let built = build(&daily(&list(days)), &BuildOptions::default())?;
        assert_eq!((built.ends, built.spacing, built.panel.frequency()), (Ends::File, Some(spacing), spacing));
        assert_eq!(built.panel.values(1), [2., 3., 0., 5., 6., 7., 8.]);
        let note = built.notes.iter().find(|note| note.code == code).ok_or("it is said")?;
        assert_eq!(note.count, Some(1));
        assert!(
            build(&daily(&list(days)), &at(Frequency::Day)).is_err_and(|error| error.code() == "frequency-too-fine")
        );
        // Whose rows stop sold nothing since; a blank is not known.
        let mut stopped = list(days);
        stopped.retain(|(id, day, _)| *id == "a" || *day < days[5]);
        stopped[0].2 = f64::NAN;
        let built = build(&daily(&stopped), &BuildOptions::default())?;
        assert_eq!(
            (built.panel.values(1), built.panel.end(0)),
            (&[2., 3., 0., 5., 6., 0., 0.][..], built.panel.end(1))
        );
        assert!(built.panel.values(0)[0].is_nan() && has(&built, "missing-values"));
    }
    Ok(())
}

#[test]
fn a_weekly_market_and_a_few_mondays_are_order_lines() -> Check {
    let spacing =
        |lines: &[(&str, i32, f64)]| build(&daily(lines), &BuildOptions::default()).map(|built| built.spacing);
    let mut market = list(&[5, 12, 19, 26, 33, 40]);
    assert_eq!(spacing(&market)?, Some(Frequency::Week));
    market.push(("a", 40, 1.));
    assert_eq!(spacing(&market)?, None, "two rows of one product and date");
    assert_eq!(spacing(&list(&[0, 7, 14, 28]))?, None, "four dates may all be Mondays");
    assert_eq!(spacing(&list(&[0, 7, 14, 70, 140, 147]))?, None, "most weeks have no row");
    let timed: Vec<(&str, i32, f64)> =
        list(&[5, 12, 19, 26, 33, 40]).iter().map(|&(id, day, units)| (id, day * DAY + 600 + day, units)).collect();
    assert_eq!(build(&orders(&timed), &BuildOptions::default())?.spacing, None);
    Ok(())
}

#[test]
fn a_slip_in_a_date_or_a_row_twice_leaves_a_list_a_list() -> Check {
    let note =
        |built: &Built, code: &str| built.notes.iter().find(|note| note.code == code).and_then(|note| note.count);
    let weeks: Vec<i32> = (0..20).map(|week| 6 + 7 * week).collect();
    let months = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274];
    for (days, spacing) in [(&weeks[..], Frequency::Week), (&months[..], Frequency::Month)] {
        let plain = build(&daily(&list(days)), &BuildOptions::default())?;
        let wide: Vec<f64> = plain.panel.values(1).to_vec();
        // The second row is dated the day before; the fifth date in all its rows the day after.
        for (place, by) in [(1, 1), (9, 1), (0, 0)] {
            let mut rows = list(days);
            let day = rows[place].1;
            let is_slip = |row: &(&str, i32, f64)| if place == 1 { row.0 == "b" && row.1 == day } else { row.1 == day };
            let slipped = rows
                .iter_mut()
                .filter(|row| is_slip(row))
                .map(|row| row.1 += if spacing == Frequency::Week { -by } else { by });
            let count = slipped.count() as u64;
            let built = build(&daily(&rows), &BuildOptions::default())?;
            assert_eq!((built.spacing, built.panel.values(1)), (Some(spacing), &wide[..]), "{place}");
            assert_eq!(note(&built, "list-other-days"), (by != 0).then_some(count), "{place}");
        }
        let mut twice = list(days);
        twice.push(twice[1]);
        let built = build(&daily(&twice), &BuildOptions::default())?;
        assert_eq!((built.spacing, built.panel.values(1)[0]), (Some(spacing), 4.0));
        assert_eq!(note(&built, "list-repeated"), Some(1));
        assert!(!has(&plain, "list-other-days") && !has(&plain, "list-repeated"));
    }
    // A market on Saturdays and a few other days has days.
    let mut market = list(&weeks);
    market.extend([("a", 9, 1.), ("a", 30, 1.)]);
    assert_eq!(build(&daily(&market), &BuildOptions::default())?.spacing, None);
    Ok(())
}

#[test]
fn a_blank_week_of_a_list_is_one_of_the_weeks_of_its_month() -> Check {
    // The second product has a row in one week of the second month, and that is blank: the other weeks sold nothing.
    let days: Vec<i32> = (0..26).map(|week| 7 * week).collect();
    let mut rows = list(&days);
    rows.retain(|(id, day, _)| *id == "a" || !(31..60).contains(day) || *day == 42);
    rows.iter_mut().filter(|row| row.0 == "b" && row.1 == 42).for_each(|row| row.2 = f64::NAN);
    let built = build(&daily(&rows), &at(Frequency::Month))?;
    let known = built.panel.values(1)[1];
    assert!(known >= 0.0 && has(&built, "missing-scaled"), "{known}: one week of four is scaled up from the others");
    Ok(())
}

#[test]
fn ends_can_be_overruled() -> Check {
    let dense: Vec<_> = (0..6).map(|day| ("a", day, 1.)).chain((1..4).map(|day| ("b", day, 2.))).collect();
    let to_file = BuildOptions { ends: Ends::File, ..BuildOptions::default() };
    assert_eq!(build(&daily(&dense), &to_file)?.panel.values(1), [2., 2., 2., 0., 0.]);
    let lines = [("a", 0, 1.), ("b", 1, 1.), ("b", 3, 1.), ("a", 7, 1.)];
    let own = BuildOptions { ends: Ends::Own, ..BuildOptions::default() };
    let built = build(&daily(&lines), &own)?;
    assert_eq!((built.ends, built.panel.values(1)), (Ends::Own, &[1., 0., 1.][..]));
    Ok(())
}

#[test]
fn blanks_are_missing_in_a_series_file_and_nothing_in_order_lines() -> Check {
    let rows: Vec<_> = (0..8).map(|day| ("a", day, if day == 3 { f64::NAN } else { 2. })).collect();
    let built = build(&daily(&rows), &BuildOptions::default())?;
    assert!(built.panel.values(0)[3].is_nan() && has(&built, "missing-values"));
    assert_eq!(built.panel.values(0).iter().filter(|value| **value == 2.).count(), 7);
    let lines = [("a", 0, 1.), ("a", 0, f64::NAN), ("a", 2, 1.), ("a", 7, 1.)];
    let built = build(&daily(&lines), &BuildOptions::default())?;
    assert_eq!(built.panel.values(0), [1., 0., 1., 0., 0., 0., 0., 1.]);
    assert!(has(&built, "blank-quantity"));
    Ok(())
}

#[test]
fn spacing_is_read_from_the_file() -> Check {
    // Weeks named by their Friday become weeks named by their Monday.
    let weeks: Vec<_> = (0..5).map(|week| ("a", week * 7 + 4, 1.)).collect();
    let built = build(&daily(&weeks), &BuildOptions::default())?;
    assert_eq!(built.spacing, Some(Frequency::Week));
    assert_eq!(built.panel.frequency().label(built.panel.series(0).start), "2024-01-01");
    assert_eq!(built.panel.values(0), [1.; 5]);
    // Months by their first day, and by their last.
    let first_days = [0, 31, 60, 91, 121].map(|day| ("a", day, 5.));
    let last_days = [30, 59, 90, 120, 151].map(|day| ("a", day, 5.));
    for rows in [first_days, last_days] {
        let built = build(&daily(&rows), &BuildOptions::default())?;
        assert_eq!((built.spacing, built.panel.values(0)), (Some(Frequency::Month), &[5.; 5][..]));
        assert_eq!(built.panel.frequency().label(built.panel.series(0).start), "2024-01-01");
        let finer = build(&daily(&rows), &at(Frequency::Day)).err().ok_or("a month holds no days")?;
        assert_eq!(finer.code(), "frequency-too-fine");
    }
    let hours: Vec<_> = (5..40).map(|hour| ("a", hour * 60, f64::from(hour))).collect();
    let mut hourly = orders(&hours);
    hourly.has_time = true;
    let built = build(&hourly, &BuildOptions::default())?;
    assert_eq!((built.spacing, built.panel.total_len()), (Some(Frequency::Hour), 35));
    // No whole day lies inside.
    let days = build(&hourly, &at(Frequency::Day))?;
    assert_eq!(days.panel.total_len(), 0);
    let left_out = units(&days, "partial-first-period") + units(&days, "partial-last-period");
    assert_eq!(left_out, hours.iter().map(|line| line.2).sum::<f64>());
    Ok(())
}

#[test]
fn partial_weeks_and_months_are_left_out_and_said() -> Check {
    // Wednesday 3 January to Tuesday 5 March 2024, one unit a day, twice so that it is no series file.
    let lines: Vec<_> = (2..=64).flat_map(|day| [("a", day, 1.), ("a", day, 1.)]).collect();
    let weeks = build(&daily(&lines), &at(Frequency::Week))?;
    assert_eq!(weeks.panel.frequency().label(weeks.panel.series(0).start), "2024-01-08");
    assert_eq!(weeks.panel.values(0), [14.; 8]);
    assert_eq!((units(&weeks, "partial-first-period"), units(&weeks, "partial-last-period")), (10., 4.));
    let months = build(&daily(&lines), &at(Frequency::Month))?;
    assert_eq!(months.panel.values(0), [58.], "February alone is whole");
    // With a last day asked for, the file covers everything up to it.
    let to = BuildOptions { to: Some(MONDAY + 48), ..at(Frequency::Week) };
    assert_eq!(build(&daily(&lines), &to)?.panel.values(0), [14.; 6]);
    Ok(())
}

#[test]
fn a_closing_day_at_the_end_of_a_week_does_not_make_it_partial() -> Check {
    let open = (0..=68).filter(|day| day % 7 != 6);
    let lines: Vec<_> = open.flat_map(|day| [("a", day, 1.), ("a", day, 1.)]).collect();
    let built = build(&daily(&lines), &at(Frequency::Week))?;
    assert_eq!(built.panel.values(0), [12.; 10], "never sells on Sundays, ends on a Saturday");
    Ok(())
}

#[test]
fn a_launch_inside_a_week_begins_with_the_next() -> Check {
    let mut lines: Vec<_> = (0..70).flat_map(|day| [("old", day, 1.), ("old", day, 1.)]).collect();
    lines.extend((24..70).map(|day| ("new", day, 1.)));
    let built = build(&daily(&lines), &at(Frequency::Week))?;
    assert_eq!(built.panel.values(1), [7.; 6]);
    assert_eq!(units(&built, "partial-launch"), 4.);
    // The file's own first week is no launch, even for a product first sold on its third day.
    let late: Vec<_> = lines.iter().copied().chain((2..70).map(|day| ("slow", day, 1.))).collect();
    let built = build(&daily(&late), &at(Frequency::Week))?;
    assert_eq!(built.panel.values(2)[..2], [5., 7.]);
    Ok(())
}

#[test]
fn an_export_made_in_the_morning_does_not_end_in_a_slump() -> Check {
    let day_lines = |day: i32, until: i32| (9..until).map(move |hour| ("a", day * DAY + hour * 60 + 7, 1.));
    let mut lines: Vec<_> = (0..60).flat_map(|day| day_lines(day, 21)).collect();
    lines.extend(day_lines(60, 11));
    let mut cut = orders(&lines);
    cut.has_time = true;
    let built = build(&cut, &BuildOptions::default())?;
    assert_eq!((built.panel.values(0).len(), units(&built, "partial-last-period")), (60, 2.));
    // The same dates without times of day: nothing can be known, nothing is left out.
    cut.has_time = false;
    assert_eq!(build(&cut, &BuildOptions::default())?.panel.values(0).len(), 61);
    // By hours, the series ends with the hour of the last line.
    cut.has_time = true;
    let hours = build(&cut, &at(Frequency::Hour))?;
    assert_eq!(hours.panel.values(0).len(), 60 * 24 - 9 + 11);
    assert_eq!(hours.panel.values(0).iter().sum::<f64>(), 60. * 12. + 2.);
    Ok(())
}

#[test]
fn returns_net_within_their_period_and_never_below_zero() -> Check {
    let lines = [("a", 0, 5.), ("a", 0, -2.), ("a", 3, -4.), ("a", 6, 1.), ("b", 2, -1.), ("b", 3, -1.)];
    let built = build(&daily(&lines), &BuildOptions::default())?;
    assert_eq!(built.panel.len(), 1, "a product with returns only was never sold");
    assert_eq!(built.panel.values(0), [3., 0., 0., 0., 0., 0., 1.]);
    assert_eq!(units(&built, "returns-clipped"), 4.);
    assert!(has(&built, "only-returns"));
    Ok(())
}

#[test]
fn stores_are_summed_unless_split() -> Check {
    let mut file = daily(&[("a", 0, 1.), ("a", 0, 2.), ("b", 1, 4.), ("a", 4, 8.)]);
    file.stores = vec!["North".into(), "South".into()];
    file.store = vec![0, 1, 1, 1];
    let summed = build(&file, &BuildOptions::default())?;
    assert_eq!((summed.panel.len(), summed.panel.values(0)), (2, &[3., 0., 0., 0., 8.][..]));
    let split = build(&file, &BuildOptions { by_store: true, ..BuildOptions::default() })?;
    let name = |place| (split.panel.series(place).id.as_str(), split.panel.series(place).store.as_deref());
    assert_eq!([name(0), name(1), name(2)], [("a", Some("North")), ("a", Some("South")), ("b", Some("South"))]);
    assert_eq!(split.panel.values(0), [1., 0., 0., 0., 0.]);
    // One row per store, product and day is a series file although products repeat on a day.
    let mut rows = daily(&(0..6).flat_map(|day| [("a", day, 1.), ("a", day, 2.)]).collect::<Vec<_>>());
    rows.stores = file.stores;
    rows.store = [0, 1].repeat(6);
    let built = build(&rows, &BuildOptions::default())?;
    assert_eq!((built.spacing, built.panel.values(0)), (Some(Frequency::Day), &[3.; 6][..]));
    Ok(())
}

#[test]
fn prices_are_weighted_by_units_and_flags_are_aligned() -> Check {
    let mut file = daily(&[("a", 0, 3.), ("a", 0, 1.), ("b", 1, 1.), ("a", 3, 2.), ("b", 3, 1.)]);
    file.price = vec![10., 6., 5., 8., f64::NAN];
    file.extra = vec![
        ExtraColumn { name: "promo".into(), values: vec![0., 1., 1., 1., 0.] },
        ExtraColumn { name: "stock".into(), values: vec![9., 7., 4., 5., f64::NAN] },
    ];
    let built = build(&file, &BuildOptions { known: vec!["promo".into()], ..BuildOptions::default() })?;
    let columns: Vec<_> = built.panel.columns().iter().map(|c| (c.name.as_str(), c.planned)).collect();
    assert_eq!(columns, [("price", false), ("promo", true), ("stock", false)]);
    assert_eq!(built.panel.column_values(0, 0), [9., 9., 9., 8.]);
    assert_eq!(built.panel.column_values(0, 1), [5., 5., 5.]);
    assert_eq!(built.panel.column_values(1, 0), [0.5, 0., 0., 1.]);
    assert_eq!(built.panel.column_values(2, 0), [8., 8., 8., 5.]);
    assert_eq!(built.revenue, [52., 5.]);
    Ok(())
}

#[test]
fn a_series_file_is_made_coarser_with_care() -> Check {
    // Two weeks and a half from Monday; one blank in the first week, three in the second.
    let blank = [1, 8, 9, 10];
    let rows: Vec<_> = (0..18).map(|day| ("a", day, if blank.contains(&day) { f64::NAN } else { 6. })).collect();
    let built = build(&daily(&rows), &at(Frequency::Week))?;
    assert_eq!(built.panel.values(0).len(), 2);
    assert!((built.panel.values(0)[0] - 42.).abs() < 1e-9 && built.panel.values(0)[1].is_nan());
    assert!((units(&built, "missing-scaled") - 6.).abs() < 1e-9);
    // Weeks of 7 units a week make months of as many units as days.
    let weeks: Vec<_> = (0..20).map(|week| ("a", week * 7, 7.)).collect();
    let months = build(&daily(&weeks), &at(Frequency::Month))?;
    let expected = [31., 29., 31., 30.];
    assert_eq!(months.panel.values(0).len(), expected.len());
    assert!(months.panel.values(0).iter().zip(expected).all(|(value, days)| (value - days).abs() < 1e-9));
    Ok(())
}

#[test]
fn a_slip_in_a_date_costs_no_gigabytes() -> Check {
    let mut lines: Vec<_> = (0..400).flat_map(|day| [("a", day, 1.), ("a", day, 1.)]).collect();
    lines.push(("a", -MONDAY, 1.));
    lines.push(("a", 66_000, 1.));
    let built = build(&daily(&lines), &BuildOptions::default())?;
    assert_eq!(built.panel.values(0), [2.; 400]);
    let note = built.notes.iter().find(|note| note.code == "dates-far-off").ok_or("it is said")?;
    assert_eq!((note.count, note.args[0].1.as_str()), (Some(2), "1970-01-01"));
    Ok(())
}

#[test]
fn a_panel_of_nothing_is_an_error_that_helps() -> Check {
    assert_eq!(build(&Orders::default(), &BuildOptions::default()).err().ok_or("empty")?.code(), "no-order-lines");
    let past = BuildOptions { to: Some(MONDAY - 1), ..BuildOptions::default() };
    assert!(build(&daily(&[("a", 0, 1.), ("a", 3, 1.)]), &past).is_err());
    let no_times = build(&daily(&[("a", 0, 1.), ("a", 3, 1.)]), &at(Frequency::Hour)).err().ok_or("no times")?;
    assert_eq!(no_times.code(), "frequency-too-fine");
    Ok(())
}

#[test]
fn the_whole_shop_is_the_sum_of_its_products() -> Check {
    let lines: Vec<_> = (0..500).flat_map(|day| [("a", day, 2.), ("b", day / 2, 1.)]).collect();
    let built = build(&daily(&lines), &BuildOptions::default())?;
    let total = totals::total(&built.panel);
    assert_eq!((total.start, total.values.len()), (MONDAY, 500));
    assert_eq!(total.values.iter().sum::<f64>(), 1500.);
    assert_eq!(totals::year_before(&built.panel, 0, 28), Some(56.));
    assert_eq!(total.year_before(Frequency::Day, 28), Some(28. * 4.));
    Ok(())
}

proptest! {
    /// Every unit that was read is in the panel or in a note.
    #[test]
    fn units_are_in_the_panel_or_in_a_note(
        lines in prop::collection::vec((0..6_usize, 0..140_i32, 0..DAY, -3..9_i32), 1..300),
        frequency in prop::sample::select(vec![Frequency::Hour, Frequency::Day, Frequency::Week, Frequency::Month]),
        ends in prop::sample::select(vec![Ends::Auto, Ends::File, Ends::Own]),
    ) {
        const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
        const LEFT_OUT: [&str; 5] =
            ["partial-first-period", "partial-last-period", "partial-launch", "returns-before-sale", "partial-ends"];
        let lines: Vec<_> =
            lines.iter().map(|&(p, day, minute, n)| (NAMES[p], day * DAY + minute, f64::from(n))).collect();
        let mut file = orders(&lines);
        file.has_time = true;
        let sold = |id: &str| lines.iter().any(|line| line.0 == id && line.2 >= 0.0);
        let all: f64 = lines.iter().filter(|line| sold(line.0)).map(|line| line.2).sum();
        match build(&file, &BuildOptions { frequency: Some(frequency), ends, ..BuildOptions::default() }) {
            Err(error) => prop_assert_eq!(error.code(), "no-sales"),
            Ok(built) => {
                let panel: f64 = (0..built.panel.len()).flat_map(|i| built.panel.values(i)).sum();
                let left_out: f64 = LEFT_OUT.iter().map(|code| units(&built, code)).sum();
                let clipped = units(&built, "returns-clipped");
                prop_assert!((panel + left_out - clipped - all).abs() < 1e-6,
                    "panel {panel}, left out {left_out}, clipped {clipped}, all {all}");
                prop_assert!((0..built.panel.len()).all(|i| built.panel.values(i).iter().all(|value| *value >= 0.0)));
                if ends != Ends::Own {
                    let end = built.panel.end(0);
                    prop_assert!((0..built.panel.len()).all(|i| built.panel.end(i) == end));
                }
            }
        }
    }
}
