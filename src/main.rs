//! The binary: parses the command line, runs one command, sets the exit status.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
