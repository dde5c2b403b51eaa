//! The template fits the functions, the API and the definition that it deploys.
//!
//! Each check takes a template and says what is wrong with it, so that each is also tried on a template with that very
//! fault.

mod data;
mod definition;
mod document;
mod functions;
mod permissions;
mod promises;
mod routes;
mod stacks;
mod wildcards;

use document::Template;
pub(crate) use document::read_yaml;
pub(crate) use functions::pascal;
