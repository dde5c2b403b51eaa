//! Several things at once, one per item, and again and again.
//!
//! # Branches
//!
//! [`parallel`](crate::parallel()) runs two to six steps side by side and leaves the tuple of what they leave. What a
//! branch binds stays in it: the tuple is the only way out, and the compiler sees to that. An error that leaves one
//! branch aborts the others; it has no type any more, so typed `catch`es belong on the tasks inside.
//!
//! ```
//! # use shop::*;
//! use asl::parallel;
//!
//! let states = states(|order| {
//!     let charged = charge(order).catch_all(|_| receipt("Unpaid", "none"));
//!     parallel("ChargeAndNote", (charged, receipt("Noted", "n-1")))
//!         .catch_all(|_| failed("Aborted"))
//!         .and_then(|(charged, _noted)| paid("Paid", charged))
//! });
//!
//! assert_eq!(states["Paid"]["Output"]["number"], "{% $states.input[0].number %}");
//! ```
//!
//! # One run per item
//!
//! [`map_each`](crate::map_each) runs a body for each item of a list and leaves the list of what the runs leave, in
//! the items' order. The body reads its item, the item's index, and whatever is bound around the map. At most 40 runs
//! are under way at once; `concurrency` says fewer.
//!
//! ```
//! # use shop::*;
//! use asl::map_each;
//!
//! let states = states(|order| {
//!     map_each("EachLine", order.lines, |each| {
//!         pack(each.item).catch_all(|_| failed("NotPacked"))
//!     })
//!     .concurrency(5)
//!     .and_then(|_parcels| receipt("AllPacked", "r-1"))
//! });
//!
//! let packed = &states["EachLine"]["ItemProcessor"]["States"]["Pack"];
//! assert_eq!(packed["Arguments"]["Payload"], "{% $states.context.Map.Item.Value %}");
//! ```
//!
//! Source: [Inline mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
//!
//! # One execution per item
//!
//! [`distributed_map`](crate::distributed_map) starts an execution per item, or per batch. The items are a list or a
//! file in a [`Bucket`](crate::Bucket), and there may be more of them than fit a payload or a history. Another
//! execution sees nothing of this one: a first closure says what it is handed over, and the body reads that and
//! nothing else. Some items may fail, if `tolerate` says how many.
//!
//! ```
//! # use shop::*;
//! use asl::{Source, TooManyFailures, distributed_map};
//!
//! let states = states(|order| {
//!     distributed_map(
//!         "EachLine",
//!         Source::<Line>::json_lines::<Uploads>(order.id),
//!         |line| line.item,
//!         |line| pack(line).catch_all(|_| failed("NotPacked")),
//!     )
//!     .tolerate(3)
//!     .catch(TooManyFailures, |_| receipt("PackedInPart", "none"))
//!     .catch_all(|_| failed("NotPackedAtAll"))
//!     .and_then(|_| receipt("Packed", "r-1"))
//! });
//!
//! assert_eq!(states["EachLine"]["ItemReader"]["Arguments"]["Bucket"], "${UploadsBucketName}");
//! assert_eq!(states["EachLine"]["ToleratedFailureCount"], 3);
//! ```
//!
//! Source: [Distributed mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).
//!
//! # Again and again
//!
//! [`repeat_until`](crate::repeat_until) runs a body until what it leaves will do, and has a bound: a history has at
//! most 25,000 events. It is a step once `exhausted` says what follows when the last round did not do either, and
//! `then` what follows when one did. A round knows its number and what the one before left.
//!
//! ```
//! # use shop::*;
//! use std::time::Duration;
//!
//! use asl::{Round, repeat_until, wait};
//!
//! let states = states(|order| {
//!     repeat_until(
//!         "TryToCharge",
//!         10,
//!         |_: Round<'_, Receipt>| {
//!             wait("Pause", Duration::from_mins(5))
//!                 .then(|_| charge(order).catch_all(|_| receipt("NotYet", "none")))
//!         },
//!         |charged| charged.number.starts_with("r-"),
//!     )
//!     .exhausted(|_| failed("GaveUp"))
//!     .and_then(|charged| paid("Paid", charged))
//! });
//!
//! let again = &states["TryToChargeAgain"]["Choices"][1];
//! assert_eq!(again["Condition"], "{% $tryToChargeRound < 10 %}");
//! ```
//!
//! Source: [Quotas related to state machine
//! executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions).
