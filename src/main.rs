//! The command line.

mod command;

fn main() -> std::process::ExitCode {
    command::main()
}
