//! The flows of an execution, by id.

use std::collections::BTreeMap;

use super::flow::{Flow, FlowId};

/// A map of flows. Each has an allocation of its own: a node of the tree has room for eleven, and most executions
/// have one to three.
#[derive(Debug, Clone, Default)]
pub(super) struct Flows(BTreeMap<FlowId, Box<Flow>>);

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the methods are those of the map"
)]
impl Flows {
    pub(super) fn get(&self, id: &FlowId) -> Option<&Flow> {
        self.0.get(id).map(|flow| &**flow)
    }

    pub(super) fn get_mut(&mut self, id: &FlowId) -> Option<&mut Flow> {
        self.0.get_mut(id).map(|flow| &mut **flow)
    }

    pub(super) fn insert(&mut self, id: FlowId, flow: Flow) {
        self.0.insert(id, Box::new(flow));
    }

    pub(super) fn remove(&mut self, id: &FlowId) -> Option<Flow> {
        self.0.remove(id).map(|flow| *flow)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&FlowId, &Flow)> {
        self.0.iter().map(|(id, flow)| (id, &**flow))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
