//! Writes the definition: `cargo run > refund.asl.json`.

use std::error::Error;
use std::io::{self, Write};

use refunds::workflow::refund;

fn main() -> Result<(), Box<dyn Error>> {
    let machine = refund().build()?;
    io::stdout().write_all(machine.to_json()?.as_bytes())?;
    Ok(())
}
