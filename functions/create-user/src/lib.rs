//! The create-user function.
