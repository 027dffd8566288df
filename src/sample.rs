//! An invented shop: seeded, Shopify-style order lines with the truth behind them.
