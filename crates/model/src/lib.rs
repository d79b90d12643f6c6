//! The words of the market.
