//! Nothing: the manifest is what is here for.
