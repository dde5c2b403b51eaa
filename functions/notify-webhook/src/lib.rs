//! The notify-webhook function.
