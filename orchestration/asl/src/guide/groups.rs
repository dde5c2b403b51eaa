//! Groups: branches in parallel, maps and loops.
//!
//! # Branches in parallel
//!
//! [`parallel`](crate::parallel()) runs two to six steps side by side. Its output is the tuple of their outputs. A value
//! from inside of a branch cannot be read outside: "borrowed data escapes outside of closure", says the compiler. The
//! branch outputs it instead. An error that no handler of a branch catches
//! aborts the other branches and fails the parallel. It can be any error, so a parallel has `catch_all` and no `catch`:
//! typed handlers belong on the tasks inside.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     let charged = charge(order).catch_all(|_| receipt("Unpaid", "none"));
//!     parallel("ChargeAndNote", (charged, receipt("Noted", "n-1")))
//!         .catch_all(|_| failed("Aborted"))
//!         .and_then(|(charged, _noted)| pass("Paid", charged))
//! });
//!
//! assert_eq!(states["Paid"]["Output"], "{% $states.input[0] %}");
//! ```
//!
//! A tuple is taken apart by the closure. Where one part of it is all that follows, `pass` hands it on, as here.
//!
//! # A map: one run per item
//!
//! [`map_each`](crate::map_each) runs a body for each item of a list. Its output is the list of the runs' outputs, in
//! the items' order. The body reads its item, the item's index, and all that can be read around the map. At most 40 runs
//! are under way at once; `concurrency` sets a lower limit.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
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
//! # A distributed map: one execution per item
//!
//! [`distributed_map`](crate::distributed_map) starts an execution per item, or per batch. The items are a list or a
//! file in a [`Bucket`](crate::Bucket), and there may be more of them than fit a payload or a history. Another
//! execution cannot read values of this one: a first closure makes its input, and the body reads that and nothing else. What
//! a body reads of this execution, "borrowed data" to the compiler, goes through the first closure.
//! `tolerate` says how many items may fail, as a number; the output then lacks theirs. A `map_each` tolerates none: its body
//! catches the error.
//!
//! ```
//! use asl::prelude::*;
//! use asl::{Source, TooManyFailures, distributed_map};
//! use shop::*;
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
//! # A loop
//!
//! [`repeat_until`](crate::repeat_until) runs a body until its output meets a condition, for a limited number of rounds:
//! a history has at most 25,000 events. `exhausted` says what follows when the last round did not meet the condition
//! either, and `and_then` what follows when one did. Without `and_then` the loop outputs what its last round did; its handler
//! then outputs the same payload, or fails. A round can read its number and the output of the round before; to read a field
//! of `last`, the closure names the round's type: `|round: Round<'_, Receipt>|`. To ask first and wait afterwards, end
//! the body with a choice that waits only where the loop goes on.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::prelude::*;
//! use shop::*;
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
