//! The CloudFormation templates, checked against functions, API and definition.
//!
//! Each check takes a template and returns the problems that it finds, so that each is also tested on a template with a
//! planted fault.

mod alarms;
mod capacity;
mod data;
mod definition;
mod deployer;
mod document;
mod domain;
mod functions;
mod mail_events;
mod permissions;
mod policies;
mod properties;
mod rollout;
mod routes;
mod stacks;
mod wildcards;

use document::Template;
pub(crate) use document::{observability_resources, read_yaml, sign_up_resources};
pub(crate) use functions::pascal_case;
