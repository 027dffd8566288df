//! Statuses of which no list knows a word: told with their lines, and left out one by one if the shop says so.

use super::{Outcome, daily, left_out, read, read_with};
use tillcast::ingest::{ReadOptions, Reading};

/// "word lines" and whether they count.
fn told(reading: &Reading) -> Vec<String> {
    let statuses = reading.report.statuses.iter();
    statuses.map(|status| format!("{} {} {}", status.word, status.lines, status.counts)).collect()
}

fn warned(reading: &Reading) -> Option<u64> {
    reading.notes.iter().find(|note| note.code == "statuses-unknown").and_then(|note| note.count)
}

const FILE: &str = "date,sku,qty,status\n2026-01-05,A,1,Completed\n2026-01-06,A,2,Peruttu\n2026-01-07,A,4,Toimitettu\n\
    2026-01-08,A,8,Toimitettu\n2026-01-09,A,16,\n2026-01-10,A,32,Not cancelled\n";

#[test]
fn unknown_statuses_count_until_the_shop_says_otherwise() -> Outcome {
    let reading = read(FILE)?;
    assert_eq!(told(&reading), ["Toimitettu 2 true", "Peruttu 1 true"]);
    assert_eq!(warned(&reading), Some(3), "half of the lines");
    assert_eq!(reading.orders.quantity.iter().sum::<f64>(), 63.0);

    let options = ReadOptions { uncounted: vec!["status:Peruttu".into()], ..ReadOptions::default() };
    let reading = read_with(FILE.as_bytes(), options)?;
    assert_eq!(told(&reading), ["Toimitettu 2 true", "Peruttu 1 false"], "it can be switched back");
    assert_eq!(warned(&reading), None, "it was looked at");
    assert_eq!(left_out(&reading), ["status 1"]);
    assert_eq!(reading.orders.quantity.iter().sum::<f64>(), 61.0);
    Ok(())
}

#[test]
fn few_unknown_statuses_and_those_beside_known_ones_warn_of_nothing() -> Outcome {
    // Where the file says "cancelled" in a word that is known, its other words are hardly that.
    let reading = read(&FILE.replace("Not cancelled", "Cancelled"))?;
    assert_eq!((told(&reading).len(), warned(&reading)), (2, None));
    let mut few = String::from("date,sku,qty,status\n2026-01-05,A,1,Peruttu\n");
    (0..40).for_each(|row| few += &format!("2026-01-{:02},A,1,Shipped\n", row % 28 + 1));
    let reading = read(&few)?;
    assert_eq!((told(&reading), warned(&reading)), (vec!["Peruttu 1 true".to_owned()], None));
    // One status for all says nothing; a column of remarks is none of statuses.
    assert!(told(&read("date,sku,qty,status\n2026-01-05,A,1,Aa\n2026-01-06,A,1,Aa\n")?).is_empty());
    let mut remarks = String::from("date,sku,qty,status\n");
    (0..200).for_each(|row| remarks += &format!("2026-01-{:02},A,1,Parcel {row}\n", row % 28 + 1));
    assert!(told(&read(&remarks)?).is_empty());
    Ok(())
}

#[test]
fn samples_and_platforms_words_for_sold_are_known() -> Outcome {
    let known = "Completed|Shipped|paid|fulfilled|Versandt|Abgeschlossen|Terminée|Expédiée|En cours|Completado|Enviado|\
        Entregue|Completato|Spedito|Afgerond|Zrealizowane|Teslim edildi|Выполнен|Selesai|Hoàn thành|สำเร็จแล้ว|交易成功|已发货|已完成|\
        已收货|ready_to_ship|A caminho|En camino|Payment|in_transit|発送済み|배송완료|authorized|Delivered|Processing|Payment received|Doručeno|Levererad|Teljesítve|Livrat|完成";
    let mut text = String::from("date,sku,qty,status\n2026-01-04,A,1,Zzz\n");
    known.split('|').for_each(|word| text += &format!("2026-01-05,A,1,{word}\n"));
    assert_eq!(told(&read(&text)?), ["Zzz 1 true"]);
    Ok(())
}

#[test]
fn woocommerce_reports_are_read_in_the_languages_of_its_packs() -> Outcome {
    let orders = [
        "Datum,Bestellnummer #,N.-Umsatz (formatiert),Status,Kunde,Kundentyp,Produkt(e),Verkaufte Artikel,Gutschein(e),N.- Umsatz|Abgeschlossen|Storniert",
        "Date,Commande n°,Revenu net (formaté),État,Client,Type de client,Produit(s),Articles vendus,Code(s) promo,N. Revenu|Terminée|Annulée",
        "Fecha,Pedido #,Ingresos netos (con formato),Estado,Cliente,Tipo de cliente,Producto(s),Artículos vendidos,Cupón(es),Ingresos netos|Completado|Cancelado",
        "Data,Ordine n.,N. fatturato (formattato),Stato,Cliente,Tipo,Prodotto/prodotti,Elementi venduti,Codici promozionali,N. Fatturato|Completato|Annullato",
        "Datum,Bestelnummer,N. inkomsten (geformatteerd),Status,Klant,Klanttype,Product(en),Verkochte artikelen,Waardebon(nen),N. Inkomsten|Afgerond|Geannuleerd",
    ];
    for case in orders {
        let [header, done, cancelled] = case.split('|').collect::<Vec<_>>()[..] else { return Err(case.into()) };
        let text = format!(
            "{header}\n2026-02-20 10:00:00,101,\"24,00 €\",{done},Ann,new,\"2× Becher, 1× Kanne\",3,,24.00\n\
             2026-02-21 10:00:00,102,\"9,00 €\",{cancelled},Ben,new,1× Becher,1,,9.00\n"
        );
        let reading = read(&text)?;
        assert_eq!(reading.report.source, "woocommerce-orders", "{header}");
        assert!(reading.questions.is_empty(), "{header}: {:?}", reading.questions);
        assert_eq!(daily(&reading.orders), ["Becher 2026-02-20 2", "Kanne 2026-02-20 1"], "{header}");
        assert_eq!(left_out(&reading), ["cancelled 1"], "{header}");
    }
    let sums = "Produkttitel,Artikelnummer,Verkaufte Artikel,N.- Umsatz,Bestellungen,Kategorie,Varianten,Status,Lager\nBecher,A,3,24,2,,,,9\n";
    let refused = read(sums).err().ok_or("sums have no days")?;
    assert_eq!(refused.code(), "no-date-column");
    let days = "Datum,Bestellungen,Bruttoumsatz,Retouren,Gutscheine,Nettoumsatz,Steuern,Versand,Gesamtumsatz\n2026-02-20,3,90,0,0,90,0,0,90\n2026-02-21,2,60,0,0,60,0,0,60\n";
    let asked = read(days)?;
    assert_eq!(asked.report.source, "woocommerce-revenue");
    assert_eq!(asked.questions.first().map(|question| question.code.as_str()), Some("without-products"));
    Ok(())
}
