//! What the invented shop sells.

use crate::calendar::holidays::Holiday;

/// When and why people buy a kind of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// Candles, blankets, frames: winter, gifts.
    Home,
    /// Mugs, boards, linen: even, gifts.
    Kitchen,
    /// Jewellery and what lovers give.
    Romance,
    /// Soap, bath, flowers: Mother's Day.
    Care,
    /// Planters and garden: spring.
    Garden,
    /// Shirts and bags: summer.
    Apparel,
    /// Chocolate and tea: weekends, Valentine's, Easter, Christmas.
    Treats,
    /// Cards and wrapping.
    Paper,
    /// Toys and puzzles.
    Play,
    /// Ornaments and calendars: as good as nothing outside the season.
    Christmas,
    /// Painted eggs: around Easter only.
    Easter,
}

/// One product of the shop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// Empty for a product that the shop gave none.
    pub(super) sku: &'static str,
    pub(super) name: &'static str,
    pub(super) price_cents: u32,
    /// Units a day at the beginning, before seasons.
    pub(super) base: f64,
    /// Chance of one more unit on the same line.
    pub(super) more: f64,
    pub(super) theme: Theme,
    /// Growth a year beyond the shop's own.
    pub(super) trend: f64,
    /// Launched this many days after the beginning; 0 for goods that were there before.
    pub(super) launched: usize,
    /// Last sold this many days after the beginning; 0 for goods still sold.
    pub(super) ended: usize,
}

impl Theme {
    /// Strength and peak (day of the year) of the yearly wave.
    pub(super) fn wave(self) -> (f64, f64) {
        match self {
            Theme::Home => (0.30, 10.0),
            Theme::Kitchen | Theme::Paper | Theme::Play => (0.06, 330.0),
            Theme::Romance => (0.08, 45.0),
            Theme::Care => (0.10, 125.0),
            Theme::Garden => (0.60, 135.0),
            Theme::Apparel => (0.35, 190.0),
            Theme::Treats => (0.15, 350.0),
            Theme::Christmas | Theme::Easter => (0.0, 0.0),
        }
    }

    /// How much an approaching holiday adds, as a multiple of usual demand at its peak.
    pub(super) fn pull(self, holiday: Holiday) -> f64 {
        match (self, holiday) {
            (Theme::Christmas, Holiday::Christmas) => 60.0,
            (Theme::Easter, Holiday::Easter) => 40.0,
            (Theme::Christmas | Theme::Easter, _) => 0.0,
            (Theme::Paper, Holiday::Christmas) => 2.4,
            (Theme::Play, Holiday::Christmas) => 2.2,
            (Theme::Apparel | Theme::Garden, Holiday::Christmas) => 0.5,
            (_, Holiday::Christmas) => 1.4,
            (Theme::Romance, Holiday::ValentinesDay) => 2.2,
            (Theme::Treats, Holiday::ValentinesDay) => 1.3,
            (Theme::Paper, Holiday::ValentinesDay) => 0.8,
            (Theme::Treats, Holiday::Easter) => 0.9,
            (Theme::Play, Holiday::Easter) => 0.4,
            (Theme::Care, Holiday::MothersDay) => 1.5,
            (Theme::Romance | Theme::Home | Theme::Garden, Holiday::MothersDay) => 0.7,
            (Theme::Paper, Holiday::MothersDay) => 0.9,
            (Theme::Kitchen, Holiday::FathersDay) => 0.5,
            _ => 0.0,
        }
    }

    /// Factors from Monday to Sunday, mean 1.
    pub(super) fn weekdays(self) -> [f64; 7] {
        match self {
            Theme::Treats | Theme::Play => [0.86, 0.82, 0.86, 0.94, 1.14, 1.26, 1.12],
            _ => [1.16, 1.06, 1.00, 0.97, 0.90, 0.79, 1.12],
        }
    }
}

const fn item(
    sku: &'static str,
    name: &'static str,
    price_cents: u32,
    base: f64,
    more: f64,
    theme: Theme,
    trend: f64,
) -> Item {
    Item { sku, name, price_cents, base, more, theme, trend, launched: 0, ended: 0 }
}

const fn launched(day: usize, item: Item) -> Item {
    Item { launched: day, ..item }
}

const fn ended(day: usize, item: Item) -> Item {
    Item { ended: day, ..item }
}

/// All products. SKUs carry leading zeros, slashes and blanks as those of real shops do.
#[rustfmt::skip]
pub(super) const CATALOG: [Item; 60] = [
    item("MUG-SPK-12", "Speckled Mug, 12 oz", 1450, 3.4, 0.35, Theme::Kitchen, 0.10),
    item("MUG-SPK-16", "Speckled Mug, 16 oz", 1750, 1.6, 0.25, Theme::Kitchen, 0.15),
    item("MUG-ENM-RED", "Enamel Mug - Red", 1200, 1.1, 0.25, Theme::Kitchen, -0.10),
    item("MUG-ENM-BLU", "Enamel Mug - Blue", 1200, 0.9, 0.25, Theme::Kitchen, -0.05),
    item("CNDL-CEDAR", "Candle \"Cedar & Fig\" 8\"", 2400, 2.6, 0.20, Theme::Home, 0.20),
    item("CNDL-LAV", "Candle \"Lavender\"", 2200, 1.8, 0.20, Theme::Home, 0.05),
    item("CNDL-SEA", "Candle \"Sea Salt\"", 2200, 1.2, 0.18, Theme::Home, 0.0),
    item("CNDL-TRIO", "Candle Trio, Gift Box", 4800, 0.7, 0.08, Theme::Home, 0.25),
    item("0045120", "Wool Throw Blanket - Grey", 6900, 0.45, 0.04, Theme::Home, 0.05),
    item("0045121", "Wool Throw Blanket - Ochre", 6900, 0.35, 0.04, Theme::Home, 0.0),
    item("FRAME-4X6", "Oak Picture Frame 4x6", 1900, 0.8, 0.30, Theme::Home, 0.0),
    item("FRAME-8X10", "Oak Picture Frame 8x10", 2900, 0.35, 0.15, Theme::Home, 0.0),
    item("BOARD-OLV", "Olive Wood Cutting Board", 3900, 0.6, 0.05, Theme::Kitchen, 0.10),
    item("TOWEL-LIN", "Linen Tea Towel, set of 2", 1800, 1.0, 0.25, Theme::Kitchen, 0.0),
    item("APRON-DNM", "Denim Apron", 3400, 0.4, 0.06, Theme::Kitchen, 0.10),
    item("SALT-FLK", "Flaked Salt in a Jar", 950, 0.9, 0.30, Theme::Kitchen, 0.05),
    item("NKL-MOON", "Moon Necklace, Silver", 4200, 0.8, 0.03, Theme::Romance, 0.15),
    item("NKL-INIT", "Initial Necklace, Gold-Plated", 3900, 0.9, 0.05, Theme::Romance, 0.20),
    item("EAR-LEAF", "Leaf Earrings", 2800, 0.6, 0.05, Theme::Romance, 0.0),
    item("RING-DISH", "Ceramic Ring Dish \"Us\"", 1600, 0.5, 0.08, Theme::Romance, 0.0),
    item("SOAP-LAV", "Lavender Soap Bar", 725, 2.4, 0.45, Theme::Care, 0.05),
    item("SOAP-OAT", "Oat & Honey Soap Bar", 725, 1.9, 0.45, Theme::Care, 0.05),
    item("BATH-SALT", "Bath Salt, Eucalyptus", 1400, 0.9, 0.20, Theme::Care, 0.10),
    item("HAND-CRM", "Hand Cream, Rose", 1250, 1.1, 0.25, Theme::Care, 0.10),
    item("SPA-BOX", "Home Spa Gift Box", 5200, 0.35, 0.04, Theme::Care, 0.30),
    item("PLTR-S", "Terracotta Planter, Small", 1300, 1.1, 0.30, Theme::Garden, 0.05),
    item("PLTR-L", "Terracotta Planter, Large", 2900, 0.5, 0.12, Theme::Garden, 0.05),
    item("SEED-WLD", "Wildflower Seed Tin", 850, 1.3, 0.35, Theme::Garden, 0.15),
    item("HERB-KIT", "Windowsill Herb Kit", 2600, 0.8, 0.10, Theme::Garden, 0.10),
    item("TEE-BLK-S", "Crew Tee - Black / S", 1900, 0.5, 0.08, Theme::Apparel, 0.0),
    item("TEE-BLK-M", "Crew Tee - Black / M", 1900, 0.8, 0.08, Theme::Apparel, 0.0),
    item("TEE-BLK-L", "Crew Tee - Black / L", 1900, 0.6, 0.08, Theme::Apparel, 0.0),
    item("TOTE-1", "Canvas Tote", 1600, 1.4, 0.20, Theme::Apparel, 0.10),
    item("SOCK-STR", "Striped Socks", 1100, 1.2, 0.35, Theme::Apparel, 0.05),
    item("CHOC-70", "Dark Chocolate 70 %, 100 g", 650, 2.6, 0.50, Theme::Treats, 0.10),
    item("CHOC-SEA", "Sea Salt Caramels, Box of 12", 1500, 1.5, 0.25, Theme::Treats, 0.10),
    item("TEA-EARL", "Earl Grey Tea, Tin", 1250, 1.3, 0.20, Theme::Treats, 0.0),
    item("TEA-MINT", "Peppermint Tea, Tin", 1250, 0.8, 0.20, Theme::Treats, 0.0),
    item("HONEY-250", "Wildflower Honey, 250 g", 1050, 0.9, 0.25, Theme::Treats, 0.05),
    item("CARD-BDAY", "Birthday Card", 450, 2.0, 0.45, Theme::Paper, 0.05),
    item("CARD-THX", "Thank-You Cards, set of 8", 1400, 0.8, 0.15, Theme::Paper, 0.0),
    item("WRAP-KRFT", "Kraft Wrapping Paper, 3 m", 600, 1.1, 0.40, Theme::Paper, 0.0),
    item("NOTE-A5", "Notebook A5, dotted", 1300, 1.2, 0.25, Theme::Paper, 0.10),
    item("PUZ-1000", "Jigsaw Puzzle \"Harbour\", 1000 pieces", 2200, 0.7, 0.06, Theme::Play, 0.0),
    item("BEAR-KNIT", "Knitted Bear", 2600, 0.6, 0.08, Theme::Play, 0.05),
    item("BLOCKS-W", "Wooden Blocks", 3200, 0.35, 0.05, Theme::Play, 0.0),
    item("ORN-STAR", "Straw Star Ornament", 500, 0.09, 0.60, Theme::Christmas, 0.05),
    item("ORN-BELL", "Brass Bell Ornament", 900, 0.06, 0.50, Theme::Christmas, 0.0),
    item("EGG-PNT", "Painted Wooden Eggs, set of 6", 1500, 0.03, 0.20, Theme::Easter, 0.0),
    // Launched on the way.
    launched(150, item("MUG-RIBBED", "Ribbed Mug, Stoneware", 1950, 1.5, 0.25, Theme::Kitchen, 0.10)),
    launched(260, item("CNDL-TOM", "Candle \"Tomato Leaf\"", 2400, 1.3, 0.18, Theme::Home, 0.15)),
    launched(395, item("TOTE-XL", "Market Tote, XL", 2800, 0.8, 0.10, Theme::Apparel, 0.0)),
    launched(520, item("TEA-CHAI", "Masala Chai, Tin", 1350, 1.0, 0.20, Theme::Treats, 0.0)),
    launched(655, item("LAMP-PORT", "Portable Table Lamp", 5900, 0.7, 0.06, Theme::Home, 0.0)),
    // No longer sold.
    ended(300, item("CLK-WALL", "Wall Clock, Birch", 4500, 0.5, 0.02, Theme::Home, -0.10)),
    ended(480, item("PHONE-STD", "Phone Stand, Walnut", 2400, 0.7, 0.08, Theme::Kitchen, -0.25)),
    // Rarely sold.
    item("CUSH-VEL", "Velvet Cushion", 4900, 0.07, 0.15, Theme::Home, 0.0),
    item("VASE 3/B", "Stoneware Vase No. 3", 8900, 0.04, 0.0, Theme::Home, 0.0),
    item("HAMPER-XL", "Grand Gift Hamper", 14900, 0.05, 0.05, Theme::Treats, 0.10),
    item("", "Custom engraving, \"Mum\"", 900, 0.12, 0.05, Theme::Care, 0.0),
];
