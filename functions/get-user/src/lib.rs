//! The get-user function.
