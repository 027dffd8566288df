//! Columns that say what a line is: a sale, or pieces that came back.

use super::presets::{Verdict, generic};
use super::records::Record;
use super::words::is_one_of;
use super::{left_out, numbers};

/// Headers of such columns, as [`super::roles::plain`] writes them.
const HEADERS: &str = "type|transaction type|order type|line type|event type|record type|sale type|sales type|kind|event|\
     transaction|typ|art|vorgang|vorgangsart|belegart|buchungsart|transaktionsart|transaktionstyp|tipo|\
     tipo de transacción|tipo de movimiento|tipo de transação|tipo di transazione|tipo documento|type de transaction|\
     type de commande|type d opération|soort|transactietype|typ transakcji|тип|тип операции|işlem türü|类型|交易类型|\
     订单类型|业务类型|单据类型|種別|取引種別|区分|유형";

/// What lines of pieces that came back are called.
const RETURNS: &str = "return|returns|returned|refund|refunds|refunded|credit|credit note|credit memo|sales return|\
     customer return|retoure|retouren|rückgabe|rücksendung|erstattung|rückerstattung|gutschrift|retour|retours|\
     remboursement|avoir|devolución|devolucion|reembolso|abono|reso|rimborso|nota di credito|devolução|devolucao|estorno|\
     terugbetaling|zwrot|korekta|возврат|iade|退货|退款|退货单|销售退货|返品|返金|반품|환불";

/// What lines of sales are called.
const SALES: &str = "sale|sales|order|orders|purchase|payment|invoice|sold|sell|exchange|verkauf|bestellung|auftrag|rechnung|\
     vente|ventes|commande|facture|achat|venta|pedido|factura|compra|vendita|ordine|fattura|acquisto|venda|fatura|\
     verkoop|bestelling|factuur|sprzedaż|zamówienie|продажа|заказ|satış|sipariş|销售|订单|购买|销售单|销售出库|販売|売上|\
     注文|판매|주문";

/// What a line is by that word: pieces that came back are worth a note.
pub fn verdict(cell: &[u8]) -> Verdict {
    let word = String::from_utf8_lossy(cell).to_lowercase();
    if is_one_of(RETURNS, word.trim()) {
        return Verdict::UseAndNote(left_out::RETURNS_KEPT);
    }
    match generic::status(cell) {
        Verdict::LeaveOut("refunded" | "returned") => Verdict::UseAndNote(left_out::RETURNS_KEPT),
        verdict => verdict,
    }
}

fn is_known(cell: &[u8]) -> bool {
    is_one_of(SALES, String::from_utf8_lossy(cell).to_lowercase().trim()) || verdict(cell) != Verdict::Use
}

/// Whether a column with that header tells sales from returns in all these rows.
pub fn is_of_kinds(header: &str, rows: &[&Record], column: usize) -> bool {
    if !is_one_of(HEADERS, header) {
        return false;
    }
    let mut cells =
        rows.iter().map(|row| row.field(column)).filter(|cell| !cell.is_empty() && !numbers::is_missing(cell, true));
    let first = cells.next();
    first.is_some_and(is_known) && cells.all(|cell| Some(cell) == first || is_known(cell))
}
