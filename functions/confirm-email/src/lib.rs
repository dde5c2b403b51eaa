//! The confirm-email function.
