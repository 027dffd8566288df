//! Progress on standard error, when it is a terminal.

use std::io::{IsTerminal, Write};

use crate::work::{Event, Progress};

/// Shows phases and shares on one line of standard error; silent when that is no terminal.
pub fn shown() -> Progress {
    if !std::io::stderr().is_terminal() {
        return Progress::silent();
    }
    Progress::new(|event| {
        let line = match event {
            Event::Progress { phase, done } => format!("{phase} {:.0} %", done * 100.0),
            Event::Epoch { model, epoch, epochs, validation_loss, .. } => {
                format!("{model}: epoch {epoch} of at most {epochs}, validation loss {validation_loss:.4}")
            }
            Event::Checkpoint(_) => return,
        };
        // Progress that cannot be shown is no reason to stop.
        drop(write!(std::io::stderr(), "\r\x1b[K{line}"));
    })
}

/// Clears the line.
pub fn clear() {
    if std::io::stderr().is_terminal() {
        drop(write!(std::io::stderr(), "\r\x1b[K"));
    }
}
