//! An optimizer in this process behind the protocol: each request has its reply, and what is refused ends nothing.

use gradproof::audit::{InProcess, serve};
use serde_json::{Value, json};

/// The replies to these lines.
fn replies(lines: &[String]) -> Vec<Value> {
    let descent = InProcess::new("sgd", &[("lr", 0.5)], |hyper, _: &[Vec<f64>]| {
        let lr = hyper("lr");
        move |parameters: &mut [Vec<f64>], gradients: &[Vec<f64>]| {
            let pairs = parameters.iter_mut().flatten().zip(gradients.iter().flatten());
            pairs.for_each(|(x, g)| *x -= lr * g);
        }
    });
    let mut written = vec![];
    serve(&descent, lines.join("\n").as_bytes(), &mut written).expect("streams in memory");
    let lines = String::from_utf8(written).expect("UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("a reply is JSON")).collect()
}

fn told(requests: &[Value]) -> Vec<Value> {
    replies(&requests.iter().map(Value::to_string).collect::<Vec<_>>())
}

#[test]
fn a_session_from_hello_to_bye() {
    let new = json!({ "op": "new", "id": "a", "optimizer": "sgd", "hyper": { "lr": 0.25 }, "dtype": "f64", "params": [[1, 2]] });
    let replies = told(&[
        json!({ "op": "hello", "protocol": 1 }),
        new,
        json!({ "op": "step", "id": "a", "grads": [[1, "NaN"]] }),
        json!({ "op": "run", "id": "a", "grads": [[[4, 0]], [[0, 0]]] }),
        json!({ "op": "drop", "id": "a" }),
        json!({ "op": "bye" }),
        json!({ "op": "hello", "protocol": 1 }),
    ]);
    assert_eq!(replies[0]["protocol"], 1);
    assert_eq!(replies[0]["optimizers"], json!({ "sgd": { "hyper": { "lr": 0.5 }, "dtypes": ["f64"] } }));
    let after = |data: Value| json!([{ "shape": [2], "data": data }]);
    assert_eq!(
        replies[1..],
        [
            json!({ "ok": true, "hyper": { "lr": 0.25 } }),
            json!({ "ok": true, "params": after(json!([0.75, "NaN"])) }),
            json!({ "ok": true, "params": [after(json!([-0.25, "NaN"])), after(json!([-0.25, "NaN"]))] }),
            json!({ "ok": true }),
            json!({ "ok": true }),
        ],
        "nothing is answered after bye"
    );
}

#[test]
fn what_is_refused_is_one_line_that_says_why() {
    let lines = [
        "no JSON",
        r#"{"op":"dance"}"#,
        r#"{"op":"hello","protocol":2}"#,
        r#"{"op":"step","id":"a","grads":[]}"#,
        r#"{"op":"new","id":"a","optimizer":"sgd","hyper":{"beta1":0.5},"dtype":"f64","params":[]}"#,
        r#"{"op":"schedule","name":"cosine","hyper":{},"steps":3}"#,
        r#"{"op":"new","id":"a","optimizer":"sgd","hyper":{},"dtype":"f64","params":[[1]]}"#,
        r#"{"op":"set_lr","id":"a","lr":0.5}"#,
        r#"{"op":"step","id":"a","grads":[[1]]}"#,
    ];
    let replies = replies(&lines.map(String::from));
    let reasons = ["no request", "dance", "protocol 2", "no optimizer 'a'", "'beta1'", "schedule 'cosine'", "", "set_lr", ""];
    for ((line, reply), reason) in lines.iter().zip(&replies).zip(reasons) {
        assert_eq!(reply["ok"], reason.is_empty(), "{line}: {reply}");
        let error = reply["error"].as_str().unwrap_or_default();
        assert!(error.contains(reason) && !error.contains('\n'), "{line}: {error}");
    }
    assert_eq!(replies.len(), lines.len());
}
