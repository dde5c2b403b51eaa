//! The set-user-status function.
