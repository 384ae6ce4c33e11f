//! What docs/audit-protocol.md shows is true: its adapter runs, its session is what that adapter says, and every message there and of the
//! honest adapter is one of docs/audit-protocol.schema.json.

use super::programs::python;
use super::{hyper, order, talk};
use boon::{Compiler, SchemaIndex, Schemas};
use gradproof::audit::{Adapter, Answer, Capability, Dtype, Implementation, Tensor, Timeouts};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const SCHEMA: &str = include_str!("../../docs/audit-protocol.schema.json");
const PAGE: &str = include_str!("../../docs/audit-protocol.md");

/// The block of the page that begins with these words.
fn block(language: &str, begin: &str) -> &'static str {
    let fence = format!("```{language}\n");
    let blocks = PAGE.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    blocks.into_iter().find(|block| block.starts_with(begin)).unwrap_or_else(|| panic!("no {language} block '{begin}'"))
}

struct Schema {
    schemas: Schemas,
    compiler: Compiler,
}

impl Schema {
    fn new() -> Self {
        let mut compiler = Compiler::new();
        compiler.add_resource("urn:gradproof:audit-protocol:1", serde_json::from_str(SCHEMA).unwrap()).unwrap();
        Schema { schemas: Schemas::new(), compiler }
    }

    /// Whether a value is what a part of the schema says; the whole schema is the part "".
    fn allows(&mut self, part: &str, value: &Value) -> Result<(), String> {
        let place = format!("urn:gradproof:audit-protocol:1#{part}");
        let index: SchemaIndex = self.compiler.compile(&place, &mut self.schemas).unwrap_or_else(|error| panic!("{error}"));
        self.schemas.validate(value, index).map_err(|error| error.to_string())
    }

    /// A request and the reply to it.
    fn exchange(&mut self, request: &str, reply: &str) -> String {
        let [request, reply] = [request, reply].map(|text| serde_json::from_str::<Value>(text).expect(text));
        let op = request["op"].as_str().expect("an op").to_string();
        self.allows(&format!("/$defs/requests/{op}"), &request).unwrap_or_else(|error| panic!("{request}: {error}"));
        self.allows(&format!("/$defs/replies/{op}"), &reply).unwrap_or_else(|error| panic!("{reply}: {error}"));
        assert!([&request, &reply].into_iter().all(|message| self.allows("", message).is_ok()), "{request} {reply}");
        op
    }
}

#[test]
fn the_messages_of_a_whole_talk_are_those_of_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    talk(&python("honest.py", &[&log.to_string_lossy()]), Timeouts::default()).unwrap();
    let text = std::fs::read_to_string(log).unwrap();
    let mut schema = Schema::new();
    let lines: Vec<&str> = text.lines().collect();
    let said: BTreeSet<String> = lines.chunks(2).map(|pair| schema.exchange(pair[0], pair[1])).collect();
    assert_eq!(said, super::OPS.map(String::from).into());
}

#[test]
fn the_messages_of_a_closure_and_of_groups_are_those_of_the_schema() {
    let mut schema = Schema::new();
    schema.exchange(
        r#"{"op":"new","id":"1","optimizer":"sgd","hyper":{"lr":1.0},"dtype":"bf16","params":[[]],"groups":[{"params":[0],"hyper":{}}]}"#,
        r#"{"ok":true,"hyper":{"lr":1,"nesterov":false}}"#,
    );
    schema.exchange(r#"{"op":"step","id":"1","grads":[null]}"#, r#"{"ok":true,"evaluate":[["NaN",1e-300]]}"#);
    schema.exchange(r#"{"op":"value","id":"1","loss":"Infinity","grads":[[0]]}"#, r#"{"ok":false,"error":"no"}"#);
}

#[test]
fn the_schema_refuses_what_is_no_message() {
    let mut schema = Schema::new();
    let tensor = json!({"shape": [1], "data": [0.5]});
    for (part, message) in [
        ("/$defs/replies/step", json!({"ok": true})),
        ("/$defs/replies/step", json!({"ok": "yes", "params": [tensor]})),
        ("/$defs/replies/step", json!({"ok": true, "params": [tensor], "evaluate": [tensor]})),
        ("/$defs/replies/step", json!({"ok": true, "params": [{"shape": [-1], "data": []}]})),
        ("/$defs/replies/step", json!({"ok": true, "params": [["nan"]]})),
        ("/$defs/replies/step", json!({"ok": true, "params": [null]})),
        ("/$defs/replies/bye", json!({"ok": false})),
        ("/$defs/replies/hello", json!({"ok": true, "protocol": 2, "framework": "x", "version": "1"})),
        ("/$defs/replies/hello", json!({"ok": true, "protocol": 1, "framework": "a\nb", "version": "1"})),
        ("/$defs/requests/step", json!({"op": "step", "id": "1", "grads": [tensor], "rate": 1})),
        ("/$defs/requests/set_lr", json!({"op": "set_lr", "id": "1"})),
        ("/$defs/trace_header", json!({"format": "gradproof.trace/2"})),
        ("", json!({"op": "jump"})),
        ("", json!([true])),
    ] {
        assert!(schema.allows(part, &message).is_err(), "{message}");
    }
}

/// The adapter of the page, in a file.
fn example(folder: &Path) -> Vec<String> {
    let file = folder.join("mine.py");
    std::fs::write(&file, block("python", "import json")).unwrap();
    vec!["python3".into(), file.to_string_lossy().into_owned()]
}

#[test]
fn the_adapter_of_the_page_runs() {
    let folder = tempfile::tempdir().unwrap();
    let lines = block("python", "import json").lines().filter(|line| !line.is_empty()).count();
    assert!(lines <= 35, "{lines} lines are no short example");
    let adapter = Adapter::spawn(&example(folder.path()), Timeouts::default()).unwrap();
    assert!(!adapter.hello().can(Capability::Run));
    let tensor = |data| Tensor::new(vec![2, 1], data).unwrap();
    let mut run = adapter.start(&order("sgd", Dtype::F64, vec![tensor(vec![1.0, f64::INFINITY])], &[("lr", 0.5)])).unwrap();
    let answer = run.step(&[Some(tensor(vec![1.0, f64::INFINITY]))]).unwrap();
    let Answer::Moved { params, grads: None } = answer else { panic!("{answer:?}") };
    assert!(params[0].data[0] == 0.5 && params[0].data[1].is_nan(), "{params:?}");
    drop(run);
    let error = adapter.start(&order("sgd", Dtype::F64, vec![], &[("momentum", 0.5)])).err().unwrap().to_string();
    assert!(error.contains("(new): it answered 'unknown hyper-parameter momentum'"), "{error}");
    assert!(adapter.schedule("cosine", &hyper(&[]), 1).is_err());
    adapter.bye().unwrap();
}

/// Every reply of the session, word for word.
#[test]
fn the_session_of_the_page_is_what_its_adapter_says() {
    let folder = tempfile::tempdir().unwrap();
    let (program, arguments) = (&example(folder.path())[0], &example(folder.path())[1..]);
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let said = |mark: &str| -> Vec<&str> { block("text", "> {").lines().filter_map(|line| line.strip_prefix(mark)).collect() };
    let (requests, replies) = (said("> "), said("< "));
    let mut stdin = child.stdin.take().unwrap();
    requests.iter().for_each(|request| writeln!(stdin, "{request}").unwrap());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().collect::<Vec<_>>(), replies);
    let mut schema = Schema::new();
    let ops: Vec<String> = requests.iter().zip(&replies).map(|(request, reply)| schema.exchange(request, reply)).collect();
    assert_eq!(ops, ["hello", "new", "step", "new", "drop", "bye"]);
}

#[test]
fn the_trace_of_the_page_and_the_recorded_ones_have_the_header_of_the_schema() {
    let mut schema = Schema::new();
    let mut traces = vec![block("text", "{\"format\"").to_string()];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let recorded = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    traces.extend(
        recorded
            .filter(|path| path.extension().is_some_and(|kind| kind == "jsonl"))
            .map(|path| std::fs::read_to_string(path).unwrap()),
    );
    assert!(traces.len() > 1, "no recorded trace");
    for trace in traces {
        let lines: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        schema.allows("/$defs/trace_header", &lines[0]).unwrap();
        lines[1..].iter().for_each(|step| schema.allows("/$defs/trace_step", step).unwrap());
    }
}
