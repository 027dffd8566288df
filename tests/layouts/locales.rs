//! Shopify's reports in the languages of its admin, and what Square's till calls variations.

use super::{Outcome, daily, read, read_with};
use tillcast::ingest::{ReadOptions, Role, Totals};

/// Three days of two products under these headers: day, product, variation, key, units, and further sums.
fn report(headers: &str) -> String {
    let row = |day: u32, product: &str, key: &str, units: i32| {
        let net = f64::from(units) * 22.0;
        format!("2025-01-{day:02},{product},Default,{key},{units},{net:.2},0.00,-1.00,{net:.2},0,{net:.2}\n")
    };
    format!("{headers}\n")
        + &row(1, "Candle", "C-1", 3)
        + &row(1, "Soap", "S-1", 2)
        + &row(2, "Soap", "S-1", -1)
        + &row(3, "Candle", "C-1", 4)
}

#[test]
fn sales_by_product_are_read_in_the_languages_of_the_admin() -> Outcome {
    for headers in [
        "Jour,Titre du produit,Titre de la variante du produit,SKU de la variante du produit,Articles nets vendus,Ventes brutes,Remises,Retours,Ventes nettes,Taxes,Ventes totales",
        "Jour,Titre du produit,Titre de la variante,SKU de la variante,Quantité nette,Ventes brutes,Remises,Retours,Ventes nettes,Taxes,Total des ventes",
        "Tag,Produkttitel,Titel der Produktvariante,SKU der Produktvariante,Netto verkaufte Artikel,Bruttoumsatz,Rabatte,Rückgaben,Nettoumsatz,Steuern,Gesamtumsatz",
        "Tag,Produkttitel,Variante,Produktvarianten-SKU,Nettomenge,Bruttoumsatz,Rabatte,Rückgaben,Nettoumsatz,Steuern,Gesamtumsatz",
        "Día,Título del producto,Título de variante de producto,SKU de variante de producto,Artículos netos vendidos,Ventas brutas,Descuentos,Devoluciones,Ventas netas,Impuestos,Ventas totales",
        "Día,Nombre del producto,Variante,SKU de variante de producto al momento de la venta,Artículos netos vendidos,Ventas brutas,Descuentos,Devoluciones,Ventas netas,Impuestos,Ventas totales",
        "Giorno,Titolo del prodotto,Titolo della variante,SKU della variante di prodotto,Articoli netti venduti,Vendite lorde,Sconti,Resi,Vendite nette,Imposte,Vendite totali",
        "Dia,Título do produto,Título da variante,SKU da variante do produto,Itens líquidos vendidos,Vendas brutas,Descontos,Devoluções,Vendas líquidas,Impostos,Vendas totais",
        "Dag,Producttitel,Titel van variant,SKU van productvariant,Netto verkochte artikelen,Brutoverkopen,Kortingen,Retouren,Nettoverkopen,Belastingen,Totale verkopen",
        "日,商品タイトル,商品バリエーションのタイトル,商品バリエーションのSKU,純販売商品数,総売上,ディスカウント,返品,純売上,税,合計売上",
        "天,产品标题,产品多属性标题,产品多属性 SKU,净售出商品数,毛销售额,折扣,退货,净销售额,税费,总销售额",
    ] {
        let reading = read(&report(headers))?;
        assert!(reading.questions.is_empty(), "{headers}: {:?}", reading.questions);
        assert_eq!(reading.report.source, "shopify-sales", "{headers}");
        let sold = ["C-1 2025-01-01 3", "C-1 2025-01-03 4", "S-1 2025-01-01 2", "S-1 2025-01-02 -1"];
        assert_eq!(daily(&reading.orders), sold, "{headers}");
        assert_eq!((&*reading.orders.products[0].name, reading.orders.price[0]), ("Candle", 22.0), "{headers}");
        assert!(reading.report.roles.iter().any(|(role, _)| *role == Role::Revenue), "{headers}");
    }
    Ok(())
}

#[test]
fn sales_over_time_are_totals_in_the_languages_of_the_admin() -> Outcome {
    for headers in [
        "Jour,Commandes,Ventes brutes,Remises,Retours,Ventes nettes,Ventes totales",
        "Tag,Bestellungen,Bruttoumsatz,Rabatte,Rückgaben,Nettoumsatz,Gesamtumsatz",
        "Día,Pedidos,Ventas brutas,Descuentos,Devoluciones,Ventas netas,Ventas totales",
        "Giorno,Ordini,Vendite lorde,Sconti,Resi,Vendite nette,Vendite totali",
        "日,注文数,総売上,ディスカウント,返品,純売上,合計売上",
        "天,订单,毛销售额,折扣,退货,净销售额,总销售额",
    ] {
        let text =
            format!("{headers}\n2025-01-01,3,66,0,0,66,66\n2025-01-02,5,110,0,0,110,110\n2025-01-03,1,22,0,0,22,22\n");
        let asked = read(&text)?.questions;
        assert_eq!(asked.iter().map(|question| &*question.code).collect::<Vec<_>>(), ["without-products"], "{headers}");
        let options = ReadOptions { without_products: Some(Totals::Orders), ..ReadOptions::default() };
        let reading = read_with(text.as_bytes(), options)?;
        assert_eq!(
            (&*reading.report.source, reading.orders.quantity),
            ("shopify-totals", vec![3.0, 5.0, 1.0]),
            "{headers}"
        );
    }
    Ok(())
}

#[test]
fn a_regular_and_a_large_one_are_put_together_with_a_note_and_told_apart_on_request() -> Outcome {
    let text = "Date,Time,Category,Item,Qty,Price Point Name,SKU,Gross Sales,Transaction ID,Event Type\n\
        03/02/26,08:00:00,Coffee,Flat White,1.0,Regular,,$4.50,T1,Payment\n\
        03/02/26,08:05:00,Coffee,Flat White,2.0,Large,,$10.40,T2,Payment\n\
        03/13/26,08:00:00,Coffee,Espresso,4.0,Regular,,$8.00,T3,Payment\n";
    let note = |reading: &tillcast::ingest::Reading, code: &str| {
        reading.notes.iter().find(|note| note.code == code).and_then(|note| note.count)
    };
    let reading = read(text)?;
    assert_eq!(daily(&reading.orders), ["Espresso 2026-03-13 4", "Flat White 2026-03-02 3"]);
    assert_eq!(note(&reading, "variants-together"), Some(1));
    let apart = read_with(text.as_bytes(), ReadOptions { variants: true, ..ReadOptions::default() })?;
    let sold = ["Espresso 2026-03-13 4", "Flat White 2026-03-02 1", "Flat White · Large 2026-03-02 2"];
    assert_eq!((daily(&apart.orders), note(&apart, "variants-apart")), (sold.map(str::to_owned).to_vec(), Some(1)));
    Ok(())
}
