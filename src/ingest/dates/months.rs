//! Months by their names, in the languages of the platforms.

/// Names of the months in the languages of the platforms, in the cases that dates take; abbreviations that are no beginning
/// of a name stand beside them.
const MONTHS: [&str; 12] = [
    "january|januari|jänner|janvier|enero|gennaio|janeiro|styczeń|stycznia|январь|января|ocak|leden|ledna|január|ianuarie|มกราคม|ม.ค",
    "february|februari|feber|febrero|febbraio|février|fevrier|fevereiro|luty|lutego|февраль|февраля|şubat|únor|února|február|februarie|กุมภาพันธ์|ก.พ",
    "march|märz|maerz|mars|marts|marzo|março|marco|maart|maret|mart|marzec|marca|marec|март|марта|březen|března|március|martie|มีนาคม|มี.ค|mrt|mrz",
    "april|aprile|avril|abril|kwiecień|kwietnia|апрель|апреля|nisan|duben|dubna|április|apríl|aprilie|เมษายน|เม.ย",
    "may|mayo|mayıs|mai|maio|mei|maj|maja|maggio|май|мая|květen|května|május|máj|พฤษภาคม|พ.ค",
    "june|juni|juin|junio|junho|giugno|czerwiec|czerwca|июнь|июня|haziran|červen|června|június|jún|iunie|มิถุนายน|มิ.ย",
    "july|juli|juillet|julio|julho|luglio|lipiec|lipca|июль|июля|temmuz|červenec|července|július|júl|iulie|กรกฎาคม|ก.ค",
    "august|augusti|augusztus|agosto|août|aout|agustus|augustus|sierpień|sierpnia|август|августа|ağustos|srpen|srpna|สิงหาคม|ส.ค|agt",
    "september|septembre|septiembre|septembrie|setiembre|settembre|setembro|szeptember|wrzesień|września|сентябрь|сентября|eylül|září|กันยายน|ก.ย",
    "october|oktober|octobre|octubre|octombrie|ottobre|outubro|október|październik|października|октябрь|октября|ekim|říjen|října|ตุลาคม|ต.ค",
    "november|novembre|noviembre|novembro|noiembrie|listopad|listopada|ноябрь|ноября|kasım|พฤศจิกายน|พ.ย",
    "december|décembre|decembre|decembrie|dezember|diciembre|dicembre|dezembro|desember|grudzień|grudnia|декабрь|декабря|aralık|prosinec|prosince|ธันวาคม|ธ.ค",
];

/// Bits of [`BEGINNINGS`]: one in ten is set.
const BEGINNING_BITS: usize = 1024;

/// The places of the first bytes of all months' names. Nearly all words that are looked up are parts of goods' names, and
/// comparing each with every month in every language would take longer than all else that is learnt of a file's beginning.
const BEGINNINGS: [u32; BEGINNING_BITS / 32] = {
    let mut bits = [0; BEGINNING_BITS / 32];
    let mut month = 0;
    while month < MONTHS.len() {
        let names = MONTHS[month].as_bytes();
        let mut at = 0;
        while at + 2 < names.len() {
            if at == 0 || names[at - 1] == b'|' {
                let place = beginning([names[at], names[at + 1], names[at + 2]]);
                bits[place / 32] |= 1 << (place % 32);
            }
            at += 1;
        }
        month += 1;
    }
    bits
};

const fn beginning([first, second, third]: [u8; 3]) -> usize {
    let word = (first as u32) << 16 | (second as u32) << 8 | third as u32;
    // The golden ratio's fraction spreads them.
    (word.wrapping_mul(0x9e37_79b9) >> 22) as usize % BEGINNING_BITS
}

/// Whether a word in lower case may be a month's name: no name begins otherwise.
fn may_be_month(word: &[u8]) -> bool {
    word.first_chunk().is_some_and(|first| {
        let place = beginning(*first);
        BEGINNINGS[place / 32] >> (place % 32) & 1 == 1
    })
}

/// Month by its name, or by three letters or more of its beginning: goods have names that begin alike.
pub fn month(word: &[u8]) -> Option<u8> {
    if let Some(first) = word.first_chunk::<3>()
        && first.is_ascii()
        && !may_be_month(&first.map(|byte| byte.to_ascii_lowercase()))
    {
        return None;
    }
    let word = std::str::from_utf8(word).ok()?.to_lowercase();
    if !may_be_month(word.as_bytes()) || word.chars().count() < 3 {
        return None;
    }
    // The first of each month's names is the English one, which is found at once.
    let english = (1..).zip(MONTHS).find(|(_, names)| names.starts_with(&word));
    let find = |is: &dyn Fn(&str) -> bool| (1..).zip(MONTHS).find(|(_, names)| names.split('|').any(is));
    // June is in Czech how July begins.
    english
        .or_else(|| find(&|name| name == word))
        .or_else(|| find(&|name| name.starts_with(&word)))
        .map(|(month, _)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_months_name_is_found_and_no_other_word() {
        for (number, names) in (1..).zip(MONTHS) {
            for name in names.split('|') {
                assert_eq!(month(name.as_bytes()), Some(number), "{name}");
            }
        }
        assert_eq!((month(b"AUGUST"), month("ŞUBAT".as_bytes()), month("Янв".as_bytes())), (Some(8), Some(2), Some(1)));
        for word in ["", "ma", "Mug", "WHITE", "Julep", "红色杯子", "ม", "marmalade", "Novelty", "décor"] {
            assert_eq!(month(word.as_bytes()), None, "{word}");
        }
    }
}
