//! Shopify's analytics reports as the admin writes them in German, French, Spanish, Italian, Portuguese, Dutch, Japanese and
//! Chinese. Reports are put together of metrics and dimensions, whose names have changed over the years: older ones stand
//! behind.

use super::{BASE, Holds, Preset, shopify};
use crate::ingest::Role;

/// Hours, days, weeks, months.
const TIMES: &str = "stunde|heure|heure de la journée|hora|hora del día|ora|ora del giorno|hora do dia|uur|時間|時間帯|小时|小時|\
     tag|jour|día|giorno|dia|dag|日|日付|天|日期|woche|semaine|semana|settimana|週|周|monat|mois|mes|mese|mês|\
     maand|月|月份";
/// Keys of variants.
const KEYS: &str = "produktvarianten sku|sku der produktvariante|varianten sku|sku der variante|\
     produktvarianten sku zum zeitpunkt des verkaufs|sku der produktvariante zum zeitpunkt des verkaufs|\
     sku de la variante du produit|sku de la variante de produit|sku de variante de produit|\
     sku de la variante|sku de la variante de produit au moment de la vente|\
     sku de la variante du produit au moment de la vente|sku de variante de producto|\
     sku de la variante de producto|sku de la variante del producto|\
     sku de variante de producto al momento de la venta|\
     sku de la variante de producto en el momento de la venta|sku della variante di prodotto|\
     sku della variante del prodotto|sku variante prodotto|sku della variante|\
     sku della variante di prodotto al momento della vendita|sku da variante do produto|\
     sku da variante de produto|sku da variante|sku da variante do produto no momento da venda|\
     sku van productvariant|sku productvariant|productvariant sku|sku van variant|商品バリエーションのsku|\
     商品バリエーションsku|商品バリエーション sku|商品のバリエーションsku|バリエーションsku|バリエーションのsku|バリアントsku|販売時の商品バリエーションsku|\
     販売時の商品バリエーションのsku|产品多属性 sku|产品多属性sku|商品多属性 sku|商品多属性sku|多属性 sku|多属性sku|销售时的产品多属性 sku|销售时产品多属性 sku|\
     產品子類 sku|商品子類 sku|產品款式 sku";
/// Titles of products.
const TITLES: &str = "produkttitel|produktname|produkttitel zum zeitpunkt des verkaufs|titre du produit|nom du produit|\
     titre du produit au moment de la vente|título del producto|nombre del producto|\
     título del producto al momento de la venta|título del producto en el momento de la venta|\
     titolo del prodotto|titolo prodotto|nome del prodotto|titolo del prodotto al momento della vendita|\
     título do produto|nome do produto|título do produto no momento da venda|producttitel|productnaam|\
     titel van product|商品タイトル|商品のタイトル|商品名|販売時の商品タイトル|产品标题|商品标题|产品名称|销售时的产品标题|商品標題|產品標題|產品名稱";
/// Units, net of returns where the report says so.
const UNITS: &str = "netto verkaufte artikel|verkaufte artikel netto|nettoanzahl verkaufter artikel|\
     verkaufte nettoartikel|nettomenge|nettostückzahl|bestellte menge|verkaufte artikel|\
     articles nets vendus|nombre net d articles vendus|nombre d articles nets vendus|\
     articles vendus nets|quantité nette|quantité nette vendue|quantité nette d articles|\
     quantité commandée|articles vendus|artículos netos vendidos|articulos netos vendidos|\
     artículos vendidos netos|cantidad neta|cantidad neta vendida|cantidad pedida|artículos vendidos|\
     articoli netti venduti|articoli venduti netti|articoli venduti al netto|quantità netta|\
     quantità netta venduta|quantità ordinata|articoli venduti|itens líquidos vendidos|\
     itens vendidos líquidos|quantidade líquida|quantidade líquida vendida|quantidade pedida|\
     itens vendidos|netto verkochte artikelen|verkochte artikelen netto|nettohoeveelheid|\
     netto hoeveelheid|netto aantal verkochte artikelen|verkochte artikelen|純販売商品数|純販売点数|純販売数|純販売数量|\
     純販売個数|純販売アイテム数|販売済み商品の純数|販売商品の純数|正味数量|正味販売数|純数量|販売商品数|販売点数|净售出商品数|净售商品数|净销售商品数|净售出件数|净销售件数|净销售数量|\
     净售出数量|净数量|已售商品净数|已售商品净数量|已售出商品净数|净售出商品|淨售出商品數|淨銷售商品數|淨銷售數量|淨數量|售出商品淨數";
/// Sales before discounts and returns.
const GROSS: &str = "bruttoumsatz|bruttoumsätze|ventes brutes|ventas brutas|vendite lorde|vendas brutas|brutoverkopen|\
     bruto verkoop|総売上|総売上高|毛销售额|总销售毛额|毛銷售額";
/// Sales after them, and totals.
const NET: &str = "nettoumsatz|nettoumsätze|ventes nettes|ventas netas|vendite nette|vendas líquidas|nettoverkopen|\
     netto omzet|netto verkoop|純売上|純売上高|净销售额|淨銷售額|gesamtumsatz|ventes totales|total des ventes|\
     ventas totales|vendite totali|vendas totais|total de vendas|totale verkopen|totale verkoop|合計売上|\
     売上合計|总销售额|總銷售額";
/// Numbers of orders.
const ORDERS: &str = "bestellungen|commandes|pedidos|ordini|bestellingen|注文数|订单|订单数|訂單";
/// Kinds of products.
const TYPES: &str = "produkttyp|produktart|type de produit|tipo de producto|tipo di prodotto|tipo de produto|producttype|\
     商品タイプ|产品类型|商品類型";
/// Who supplies them.
const VENDORS: &str = "produktanbieter|anbieter|fournisseur du produit|fournisseur de produit|proveedor del producto|\
     proveedor de producto|fornitore del prodotto|fornecedor do produto|商品の販売元|产品厂商|產品廠商";

/// Sales by product over time.
pub static SALES: Preset = Preset {
    name: shopify::SALES.name,
    marks: &[&[TIMES], &[KEYS, TITLES], &[UNITS]],
    roles: &[
        (Role::Date, TIMES),
        (Role::Product, KEYS),
        (Role::Name, TITLES),
        (Role::Quantity, UNITS),
        (Role::Revenue, NET),
        (Role::Revenue, GROSS),
        (Role::Category, TYPES),
        (Role::Supplier, VENDORS),
    ],
    ..BASE
};

/// Sales over time without products.
pub static TOTALS: Preset = Preset {
    name: shopify::TOTALS.name,
    marks: &[&[TIMES], &[ORDERS], &[GROSS], &[NET]],
    holds: Holds::Orders(shopify::PRODUCT_REPORT),
    roles: &[(Role::Date, TIMES), (Role::Quantity, ORDERS), (Role::Revenue, NET), (Role::Revenue, GROSS)],
    ..BASE
};
