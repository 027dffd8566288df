//! Columns of pieces that came back, beside those that were sold: in tables of no platform's.

use super::Role;
use super::numbers;
use super::records::Record;
use super::roles::{Content, fits};
use super::words::is_one_of;

/// Headers of pieces that came back, as [`super::roles::plain`] writes them. None that may as well be an amount of money:
/// "Returns", "Refunded".
const PIECES: &str = "returned qty|return qty|qty returned|refunded qty|refund qty|qty refunded|quantity returned|\
     returned quantity|return quantity|quantity refunded|refunded quantity|refund quantity|units returned|returned units|\
     units refunded|refunded units|items returned|items refunded|returned items|pieces returned|returned pieces|\
     retournierte menge|menge retourniert|retourenmenge|erstattete menge|quantité retournée|quantité remboursée|\
     cantidad devuelta|cantidad reembolsada|unidades devueltas|quantità resa|quantità rimborsata|quantidade devolvida|\
     geretourneerd aantal|退货数量|退货件数|退款数量|返品数|返品数量|반품수량";
/// The same where the column of what remains proves it.
const CAME_BACK: &str = "returned|returns|return|refunded|refunds|retoure|retouren|rückgabe|rückgaben|retours|devoluciones|\
     devueltas|resi|devoluções|devolvidas|retour|zwroty|возврат|возвраты|退货|退款|返品|반품";
/// Words of headers of what remains.
const NET: &str = "net|netto|nettomenge|nettoabsatz|neto|netos|neta|netas|nette|nettes|netti|netta|líquida|líquido";

/// Takes what remains for the quantity where the table says it beside what was sold and what came back; else the column
/// that is to be taken off.
pub fn of_table(
    rows: &[&Record],
    plain: &[String],
    contents: &[Content],
    assigned: &mut [(Role, usize)],
    given: &[Role],
) -> Option<usize> {
    let at = assigned.iter().position(|(role, _)| *role == Role::Quantity)?;
    let sold = assigned[at].1;
    let is_free = |column: usize, assigned: &[(Role, usize)]| {
        assigned.iter().all(|(_, used)| *used != column) && fits(Role::Quantity, contents[column])
    };
    let said = |column: &usize| is_one_of(PIECES, &plain[*column]);
    let back = (0..plain.len()).filter(|column| is_free(*column, assigned));
    let back: Vec<usize> = back.filter(|column| said(column) || is_one_of(CAME_BACK, &plain[*column])).collect();
    if back.is_empty() {
        return None;
    }
    let is_net = |column: &usize| {
        plain[*column].split(' ').any(|word| is_one_of(NET, word)) || plain[*column].contains(['净', '純'])
    };
    // Where the sold ones are themselves what remains, nothing is to be taken off again.
    if is_net(&sold) || given.contains(&Role::Quantity) {
        return None;
    }
    let mut net = (0..plain.len()).filter(|column| is_free(*column, assigned) && is_net(column));
    match net.find(|&net| back.iter().any(|&back| remains(rows, sold, back, net))) {
        Some(net) => {
            assigned[at].1 = net;
            None
        }
        None => back.into_iter().find(|column| said(column) && contents[*column].whole >= 1.0),
    }
}

/// Whether one column is another less a third, in all rows that hold all three.
fn remains(rows: &[&Record], sold: usize, back: usize, net: usize) -> bool {
    let cells = |row: &Record| {
        let cell = |column: usize| numbers::parse(row.field(column), b'.');
        Some((cell(sold)?, cell(back)?, cell(net)?))
    };
    let mut known = rows.iter().filter_map(|row| cells(row)).peekable();
    known.peek().is_some() && known.all(|(sold, back, net)| sold - back.abs() == net)
}

#[cfg(test)]
mod tests {
    use super::super::roles::plain;
    use super::*;

    #[test]
    fn words_are_written_plainly_and_once() {
        let mut seen = std::collections::BTreeSet::new();
        for word in PIECES.split('|').chain(CAME_BACK.split('|')) {
            assert_eq!(plain(word), word);
            assert!(seen.insert(word), "{word} is there twice");
        }
    }
}
