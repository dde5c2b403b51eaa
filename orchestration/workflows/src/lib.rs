//! The state machines of this project and the program that emits them.
