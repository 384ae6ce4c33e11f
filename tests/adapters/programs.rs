//! Adapters for tests, as small Python programs.

use std::path::Path;

/// The command that runs one of the programs beside this file.
pub fn python(program: &str, arguments: &[&str]) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adapters").join(program);
    let words = ["python3".to_string(), file.to_string_lossy().into_owned()];
    words.into_iter().chain(arguments.iter().map(|word| word.to_string())).collect()
}

/// A way to go wrong: `bad.py fault op` has it at the first request `op`.
pub struct Fault {
    pub fault: &'static str,
    pub op: &'static str,
    /// The request at which it must be seen.
    pub seen: &'static str,
    /// What the error says of it.
    pub words: &'static str,
    /// Whether it can only be seen by waiting.
    pub late: bool,
}

const fn at(op: &'static str, fault: &'static str, words: &'static str) -> Fault {
    Fault { fault, op, seen: op, words, late: false }
}

const fn late(op: &'static str, fault: &'static str, seen: &'static str, words: &'static str) -> Fault {
    Fault { fault, op, seen, words, late: true }
}

const fn after(op: &'static str, fault: &'static str, seen: &'static str, words: &'static str) -> Fault {
    Fault { fault, op, seen, words, late: false }
}

/// Every adapter that goes wrong.
pub const FAULTS: &[Fault] = &[
    late("hello", "hangs", "hello", "no reply in time"),
    late("step", "hangs", "step", "no reply in time; does the adapter flush its output"),
    late("bye", "hangs", "bye", "no reply in time"),
    late("step", "hangs-mid-reply", "step", "no whole line in time, only '{\"ok\": true"),
    at("hello", "dies", "exited with status 3 before its reply; its standard error ends with: xxx"),
    at("step", "dies", "... / second to last / [31mlast words"),
    at("step", "dies-mid-reply", "exited with status 3 in the middle of its reply; its standard error is empty"),
    at("run", "is-killed", "was ended by signal 9"),
    at("hello", "leaves-with-0", "exited with status 0 before its reply"),
    at("clip", "leaves-with-0", "exited with status 0 before its reply"),
    at("hello", "prints-junk", "it replied more than one line: 'Loading the model... {\"ok\""),
    at("step", "prints-junk-on-the-line", "no JSON object (standard output is for replies alone): 'loss 0.3 {\"ok\""),
    at("step", "answers-nothing", "no JSON object"),
    at("drop", "answers-an-array", "no JSON object"),
    at("step", "wrong-shape", "tensor 0 of its 'params' has shape [1, 2] instead of [2, 1]"),
    at("step", "wrong-length", "3 numbers do not fill a tensor of shape [2, 1]"),
    at("step", "missing-tensor", "its 'params' has 2 tensors instead of 3"),
    at("run", "missing-row", "its 'params' are those of 1 steps instead of 2"),
    at("schedule", "missing-rates", "its 'lr' has shape [1] instead of [4]"),
    at("step", "missing-params", "neither 'params' nor 'evaluate'"),
    at("run", "missing-params", "missing field `params`"),
    at("clip", "missing-params", "missing field `grads`"),
    at("init", "missing-params", "missing field `tensor`"),
    at("hello", "missing-params", "missing field `protocol`"),
    at("step", "nan-as-shape", "string \"NaN\", expected u64"),
    at("step", "nan-as-tensor", "string \"NaN\", expected a sequence"),
    at("step", "bare-nan", "its reply is no JSON"),
    at("step", "a-word-as-number", "string \"fast\", expected a number, or one of \"NaN\""),
    at("step", "too-precise", "tensor 0 of its 'params' holds 0.1, which is no f32"),
    at("step", "both-ways", "both 'params' and 'evaluate'"),
    at("new", "forgets-hyper", "its 'hyper' lacks 'lr', which was given"),
    at("new", "changes-hyper", "its 'hyper' has lr = 7.0 where 0.25 was given"),
    at("hello", "gigabyte", "longer than the 1048576 bytes"),
    at("step", "gigabyte", "bytes that this request can need: '000"),
    at("save", "gigabyte", "longer than the 67108864 bytes"),
    at("step", "gigabyte-of-numbers", "bytes that this request can need: '{\"ok\": true, \"params\": [["),
    at("step", "many-lines", "it replied more than one line: '{} {}"),
    at("step", "deep", "EOF while parsing a list"),
    at("step", "deep-closed", "invalid type: sequence, expected a number"),
    at("step", "deep-elsewhere", "neither 'params' nor 'evaluate'"),
    at("step", "replies-twice", "it replied more than one line"),
    // How far the next request has got by then is a race: only whose line it is that does not fit is certain.
    after("step", "replies-twice-later", "run", "'{\"ok\": true, \"params\""),
    at("set_lr", "two-on-a-line", "trailing characters"),
    at("step", "not-utf-8", "its reply is not UTF-8"),
    at("step", "ok-is-yes", "string \"yes\", expected a boolean"),
    at("step", "ok-is-absent", "missing field `ok`"),
    at("load", "not-ok-without-error", "has no 'error' that says why"),
    at("step", "long-error", "it answered 'no [2Jno [2Jno"),
    at("step", "lacks-it", "it answered 'this optimizer cannot do that'"),
    at("set_lr", "lacks-it", "it answered 'this optimizer cannot do that'"),
    at("run", "lacks-it", "it answered 'this optimizer cannot do that'"),
    at("save", "lacks-it", "it answered 'this optimizer cannot do that'"),
    at("hello", "protocol-2", "speaks protocol 2; this version of gradproof speaks 1"),
    at("hello", "name-of-lines", "'a b' is no name"),
    at("step", "closes-stdout", "closed its standard input or output before its reply"),
    after("step", "closes-stdin", "run", "closed its standard input or output before its reply"),
    late("new", "stops-reading", "step", "no reply in time"),
    late("hello", "stops-reading", "new", "no reply in time"),
    late("bye", "ignores-it", "bye", "it did not exit"),
    at("bye", "leaves-with-4", "exited with status 4; it must exit with status 0"),
    at("bye", "goes-on", "it went on to say 'one more thing'"),
];
