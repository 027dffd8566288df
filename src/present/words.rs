//! The words that figures say, in every language. A new language adds one arm to each.

use super::format::Language;
use super::stems::Shown;
use crate::calendar::Frequency;

/// A string in English and Chinese.
pub(super) fn pick(language: Language, en: &'static str, zh: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Zh => zh,
    }
}

/// The unit where the shop has no other: pieces.
pub(super) fn pieces(language: Language) -> &'static str {
    pick(language, "pieces", "件")
}

/// What the unit of a forecast of totals is called.
pub fn unit(unit: &'static str, language: Language) -> &'static str {
    match (language, unit) {
        (Language::Zh, "orders") => "单",
        (Language::Zh, "revenue") => "销售额",
        _ => unit,
    }
}

/// `250 pieces a week`: the top of the axis, with the unit.
pub(super) fn per_period(number: &str, unit: &str, frequency: Frequency, language: Language) -> String {
    match language {
        Language::En => {
            let article = if frequency == Frequency::Hour { "an" } else { "a" };
            let unit = if number == "1" && unit == pieces(language) { "piece" } else { unit };
            format!("{number} {unit} {article} {}", frequency.name())
        }
        Language::Zh => {
            let period = match frequency {
                Frequency::Hour => "小时",
                Frequency::Day => "天",
                Frequency::Week => "周",
                Frequency::Month => "月",
            };
            format!("{number} {unit}/{period}")
        }
    }
}

/// Names of the simple rule, long and short.
pub(super) fn rule(frequency: Frequency, language: Language) -> [&'static str; 2] {
    match (frequency, language) {
        (Frequency::Hour, Language::En) => ["yesterday repeated", "yesterday"],
        (Frequency::Hour, Language::Zh) => ["照搬昨天", "昨天"],
        (Frequency::Day, Language::En) => ["last week repeated", "last week"],
        (Frequency::Day, Language::Zh) => ["照搬上周", "上周"],
        (_, Language::En) => ["last year repeated", "last year"],
        (_, Language::Zh) => ["照搬去年同期", "去年"],
    }
}

/// Names of the outer band, long and short; `tested`: whether it is known how often it holds.
pub(super) fn band_80(language: Language, tested: bool) -> [&'static str; 2] {
    match (language, tested) {
        (Language::En, true) => ["8 times out of 10", "8 of 10"],
        (Language::Zh, true) => ["10 次里约 8 次", "10 次 8 次"],
        (Language::En, false) => ["range, not tested", "not tested"],
        (Language::Zh, false) => ["范围未经检验", "未经检验"],
    }
}

/// Names of the inner band, long and short.
pub(super) fn band_50(language: Language) -> [&'static str; 2] {
    match language {
        Language::En => ["5 times out of 10", "5 of 10"],
        Language::Zh => ["10 次里约 5 次", "10 次 5 次"],
    }
}

/// Name of the forecast's line.
pub(super) fn forecast(language: Language) -> &'static str {
    pick(language, "forecast", "预测")
}

/// Names of the moving average and of the single periods behind it.
pub(super) fn smoothed(frequency: Frequency, language: Language) -> [&'static str; 2] {
    match (frequency, language) {
        (Frequency::Hour, Language::En) => ["24-hour average", "each hour"],
        (Frequency::Hour, Language::Zh) => ["24 小时平均", "每小时"],
        (_, Language::En) => ["7-day average", "each day"],
        (_, Language::Zh) => ["7 天平均", "每天"],
    }
}

/// Legend of promotion ticks.
pub(super) fn promotion(language: Language) -> &'static str {
    pick(language, "promotion", "促销")
}

/// Legend of holiday marks.
pub(super) fn holiday(language: Language) -> &'static str {
    pick(language, "holiday", "节日")
}

/// Label of a suspected stock-out.
pub(super) fn stockout(language: Language) -> &'static str {
    pick(language, "maybe out of stock", "可能缺货")
}

/// What the figure says where there is nothing to show.
pub(super) fn nothing(language: Language) -> &'static str {
    pick(language, "No sales to show yet", "还没有可显示的销量")
}

/// The forecast's total in one sentence. `about` and `range` are written numbers.
pub(super) fn total(
    name: &str,
    about: Option<&str>,
    range: Option<(&str, &str)>,
    unit: &str,
    span: &str,
    language: Language,
) -> String {
    match language {
        Language::En => {
            let amount = about.map_or_else(|| format!("almost no {unit}"), |about| format!("about {about} {unit}"));
            let range = range.map_or_else(String::new, |(low, high)| format!(", likely {low} to {high}"));
            let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
            format!("{name}{amount}{range}, {span}.")
        }
        Language::Zh => {
            let amount = about.map_or_else(|| format!("不到 1 {unit}"), |about| format!("约 {about} {unit}"));
            let range = range.map_or_else(String::new, |(low, high)| format!("，可能在 {low} 到 {high} 之间"));
            let name = if name.is_empty() { String::new() } else { format!("{name}：") };
            format!("{name}{span}{amount}{range}。")
        }
    }
}

/// Words of the loss figure: its title, training, validation, epoch, and the epoch that was kept.
pub(super) fn loss(language: Language) -> [&'static str; 5] {
    match language {
        Language::En => ["loss, lower is better", "training", "validation", "pass", "kept"],
        Language::Zh => ["损失（越低越好）", "训练", "验证", "轮", "采用"],
    }
}

/// Title of a figure of stems.
pub(super) fn stems_title(shown: Shown, language: Language) -> &'static str {
    let (en, zh) = match shown {
        Shown::Misses { relative: false, .. } => ("missed one step ahead", "提前一步的误差"),
        Shown::Misses { relative: true, .. } => ("missed one step ahead, % of expected", "提前一步的误差，占预期的 %"),
        Shown::MissAcf => ("misses go together, −1 to 1 (ACF)", "误差的相关（ACF），−1 到 1"),
        Shown::SalesAcf => ("sales go together, −1 to 1 (ACF)", "销量的相关（ACF），−1 到 1"),
        Shown::SalesPacf => ("sales, beyond nearer periods (PACF)", "销量，除去较近各期（PACF）"),
    };
    pick(language, en, zh)
}

/// The same in a sentence: of `count` stems `outside` stand out.
pub(super) fn stems(shown: Shown, count: usize, outside: usize, language: Language) -> String {
    let Shown::Misses { relative, .. } = shown else {
        let (en, zh) = match shown {
            Shown::MissAcf => (["misses", ""], ["误差", "的误差的相关"]),
            Shown::SalesAcf => (["sales", ""], ["销量", "的销量的相关"]),
            _ => (["sales", ", beyond what the periods between explain"], ["销量", "的销量除去中间各期后的相关"]),
        };
        return match language {
            Language::En => format!(
                "How {} go together with those 1 to {count} periods before{}; {outside} more than chance allows.",
                en[0], en[1]
            ),
            Language::Zh => format!("{}与 1 到 {count} 期前{}；其中 {outside} 个超出偶然。", zh[0], zh[1]),
        };
    };
    match language {
        Language::En => {
            let unit = if relative { ", as shares of what it expected" } else { "" };
            format!(
                "What the model missed one step ahead{unit}, in {count} periods; {outside} of them far more than usual."
            )
        }
        Language::Zh => {
            let unit = if relative { "占预期的比例" } else { "" };
            format!("模型提前一步的误差{unit}，共 {count} 期，其中 {outside} 期远超平常。")
        }
    }
}
