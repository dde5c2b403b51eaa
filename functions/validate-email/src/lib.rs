//! The validate-email function.
