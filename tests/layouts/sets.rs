//! Products whose cells say how many there are of them, alone or in lists.

use super::{Outcome, daily, left_out, read};

/// A table of three days under these headers, whose rows hold these cells; the first three are a header and its cells.
fn table(header: &str, rows: &[&str]) -> String {
    let row = |(place, cell): (usize, &&str)| format!("{},2026-03-{:02},{cell}\n", 100 + place, 1 + place / 3);
    format!("order no,date,{header}\n") + &rows.iter().enumerate().map(row).collect::<String>()
}

const SOLD: [&str; 5] =
    ["Cup 2026-03-01 1", "Cup 2026-03-02 4", "Mug 2026-03-01 5", "Mug 2026-03-02 1", "Mug 2026-03-03 2"];

/// Writes a count and a name.
type Way = fn(u32, &str) -> String;

#[test]
fn a_count_beside_the_name_is_the_number_of_pieces() -> Outcome {
    let ways: [Way; 6] = [
        |count, name| format!("{count} x {name}"),
        |count, name| format!("{count}× {name}"),
        |count, name| format!("{name} (x{count})"),
        |count, name| format!("{name} x {count}"),
        |count, name| format!("{name}*{count}"),
        |count, name| if count > 1 { format!("{name} x{count}") } else { name.into() },
    ];
    for way in ways {
        let cells = [(2, "Mug"), (3, "Mug"), (1, "Cup"), (1, "Mug"), (4, "Cup"), (2, "Mug")];
        let mut rows: Vec<String> = cells.iter().map(|(count, name)| way(*count, name)).collect();
        rows.insert(5, String::new());
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let reading = read(&table("product", &rows))?;
        assert_eq!(daily(&reading.orders), SOLD, "{rows:?}");
        assert_eq!(left_out(&reading), ["no-product 1"]);
        assert!(reading.notes.iter().any(|note| note.code == "counts-in-names"), "{:?}", reading.notes);
    }
    Ok(())
}

#[test]
fn lists_with_counts_behind_or_before_are_divided() -> Outcome {
    for rows in [
        ["Mug x 2; Cup x 1", "Mug x 3", "", "Mug x 1; Cup x 4", "", "", "Mug x 2"],
        ["2 x Mug; 1 x Cup", "3 x Mug", "", "1 x Mug | 4 x Cup", "", "", "2 x Mug"],
        ["\"Mug (x2), Cup (x1)\"", "Mug (x3)", "", "\"Mug (x1), Cup (x4)\"", "", "", "Mug (x2)"],
        ["Mug*2；Cup*1", "Mug*3", "", "Mug*1；Cup*4", "", "", "Mug*2"],
    ] {
        let reading = read(&table("contents", &rows))?;
        assert_eq!(daily(&reading.orders), SOLD, "{rows:?}");
    }
    Ok(())
}

#[test]
fn units_beside_the_cell_multiply_unless_they_are_its_sum() -> Outcome {
    let price = |reading: &tillcast::ingest::Reading| reading.orders.price.first().copied();
    // Sets of two and of three, of which so many were sold, at the price of a set.
    let sets = ["2 x Mug,1,10", "3 x Mug,1,15", "1 x Cup,1,2", "1 x Mug,1,5", "2 x Cup,2,4", "", "1 x Mug,2,5"];
    let reading = read(&table("product,qty,price", &sets))?;
    assert_eq!(daily(&reading.orders), SOLD);
    assert_eq!(price(&reading), Some(5.0));
    let sums = ["2 x Mug,2", "3 x Mug,3", "1 x Cup,1", "1 x Mug,1", "4 x Cup,4", "", "2 x Mug,2"];
    assert_eq!(daily(&read(&table("product,qty", &sums))?.orders), SOLD);
    let lists = ["2 x Mug; 1 x Cup,3", "3 x Mug,3", "", "1 x Mug; 4 x Cup,5", "", "", "2 x Mug,2"];
    assert_eq!(daily(&read(&table("products,items", &lists))?.orders), SOLD);
    let baskets = ["2 x Mug; 1 x Cup,1", "3 x Mug,1", "", "1 x Mug; 4 x Cup,1", "", "", "1 x Mug,2"];
    assert_eq!(daily(&read(&table("products,qty", &baskets))?.orders), SOLD);
    Ok(())
}

#[test]
fn sizes_and_packs_are_names() -> Outcome {
    for names in [
        ["Poster 30 x 40", "Poster 50 x 70", "Poster 30 x 40", "Poster 60 x 90"],
        ["6 x Beer", "12 x Cola", "6 x Beer", "12 x Cola"],
        ["Towel x2", "Towel x2", "Towel x2", "Towel x2"],
        ["2x4 timber", "3xl shirt", "2x4 timber", "3xl shirt"],
    ] {
        let rows: Vec<String> = names.iter().map(|name| format!("{name},7")).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let reading = read(&table("product,qty", &rows))?;
        assert_eq!(reading.orders.quantity, [7.0; 4], "{names:?}");
        assert_eq!(reading.orders.products[0].id, names[0]);
    }
    // A key of its own tells the product, whatever its name says.
    let keyed = ["A-2,2 x Mug,1", "A-3,3 x Mug,2", "A-2,2 x Mug,4", "A-1,1 x Mug,4"];
    let reading = read(&table("sku,name,qty", &keyed))?;
    assert_eq!(reading.orders.quantity, [1.0, 2.0, 4.0, 4.0]);
    Ok(())
}
