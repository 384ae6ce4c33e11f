//! The honest adapter is understood in every request.

use super::programs::python;
use super::{hyper, order, talk};
use gradproof::audit::{Adapter, Answer, Capability, Dtype, Group, Implementation, Order, Setting, Tensor, Timeouts};

fn honest() -> Adapter {
    Adapter::spawn(&python("honest.py", &[]), Timeouts::default()).expect("the honest adapter greets")
}

fn moved(answer: Answer) -> (Vec<Tensor>, Option<Vec<Option<Tensor>>>) {
    match answer {
        Answer::Moved { params, grads } => (params, grads),
        Answer::Evaluate(_) => panic!("no objective was offered"),
    }
}

/// A matrix, a number, an empty tensor and a vector.
fn tensors(numbers: [f64; 6]) -> Vec<Tensor> {
    let [a, b, c, d, e, f] = numbers;
    let shaped = |shape: &[u64], data: &[f64]| Tensor::new(shape.to_vec(), data.to_vec()).unwrap();
    vec![shaped(&[2, 1], &[a, b]), shaped(&[], &[c]), shaped(&[0, 3], &[]), shaped(&[3], &[d, e, f])]
}

#[test]
fn the_honest_adapter_says_what_it_can_do() {
    let adapter = honest();
    let hello = adapter.hello();
    assert_eq!((hello.framework.as_str(), hello.version.as_str()), ("honest", "1.0"));
    assert_eq!(hello.optimizers["sgd"].dtypes, [Dtype::F64, Dtype::F32]);
    assert_eq!(hello.optimizers["sgd"].hyper["maximize"], Setting::Flag(false));
    assert!(hello.can(Capability::Run) && !hello.can(Capability::SkipsNonfinite));
    assert_eq!(hello.capabilities.len(), 7, "telepathy is left out");
    adapter.bye().unwrap();
    let later = adapter.schedule("exponential", &hyper(&[]), 1).unwrap_err().to_string();
    assert!(later.contains("'bye' was said"), "{later}");
}

#[test]
fn every_number_crosses_without_loss() {
    let adapter = honest();
    let values = [f64::MIN_POSITIVE / 3.0, 0.1 + 0.2, -0.0, f64::MAX, f64::NAN, f64::NEG_INFINITY];
    let mut run = adapter.start(&order("sgd", Dtype::F64, tensors(values), &[])).unwrap();
    let same = |found: &[Tensor]| {
        let alike = |(found, sent): (&Tensor, &Tensor)| {
            let bits = |tensor: &Tensor| tensor.data.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!((&found.shape, bits(found)), (&sent.shape, bits(sent)));
        };
        found.iter().zip(&tensors(values)).for_each(alike);
    };
    let (params, grads) = moved(run.step(&[None, None, None, None]).unwrap());
    same(&params);
    assert_eq!(grads, Some(vec![None; 4]));
    let (_, grads) = moved(run.step(&tensors(values).into_iter().map(Some).collect::<Vec<_>>()).unwrap());
    same(&grads.into_iter().flatten().flatten().collect::<Vec<_>>());
}

#[test]
fn several_optimizers_live_at_once_and_in_any_order() {
    let adapter = honest();
    let start = |lr| adapter.start(&order("sgd", Dtype::F32, vec![Tensor::vector(vec![1.0])], &[("lr", lr)])).unwrap();
    let (mut slow, mut fast) = (start(0.25), start(0.5));
    assert_eq!(slow.hyper()["weight_decay"], Setting::Number(0.0));
    let mut step = |fast_one: bool| {
        let run = if fast_one { &mut fast } else { &mut slow };
        moved(run.step(&[Some(Tensor::vector(vec![1.0]))]).unwrap()).0[0].data[0]
    };
    assert_eq!([step(true), step(false), step(false), step(true)], [0.5, 0.75, 0.5, 0.0]);
    drop(fast);
    slow.set_lr(0.125).unwrap();
    let saved = slow.save().unwrap();
    slow.set_lr(8.0).unwrap();
    slow.load(&saved).unwrap();
    assert_eq!(moved(slow.step(&[None]).unwrap()).0[0].data, [0.5], "no gradient, no step");
    let rows = slow.run(&[vec![Tensor::vector(vec![1.0])], vec![Tensor::vector(vec![2.0])]]).unwrap();
    assert_eq!(rows.concat().iter().map(|t| t.data[0]).collect::<Vec<_>>(), [0.375, 0.125]);
    drop(slow);
    adapter.bye().unwrap();
}

#[test]
fn a_run_that_is_too_long_for_one_reply_comes_in_parts() {
    let adapter = honest();
    let zeros = Tensor::vector(vec![0.0; 20_000]);
    let mut run = adapter.start(&order("sgd", Dtype::F64, vec![zeros.clone()], &[("lr", 1.0)])).unwrap();
    let rows = run.run(&vec![vec![zeros.clone()]; 30]).unwrap();
    assert_eq!(rows, vec![vec![zeros]; 30]);
}

#[test]
fn groups_and_closures() {
    let adapter = honest();
    let pair = || vec![Tensor::vector(vec![1.0]), Tensor::vector(vec![1.0])];
    let group = |index, settings| Group { params: vec![index], hyper: hyper(settings) };
    let groups = vec![group(0, &[]), group(1, &[("lr", 0.25)])];
    let mut run = adapter.start(&Order { groups, ..order("sgd", Dtype::F64, pair(), &[("lr", 0.5)]) }).unwrap();
    let (params, _) = moved(run.step(&pair().into_iter().map(Some).collect::<Vec<_>>()).unwrap());
    assert_eq!(params, [Tensor::vector(vec![0.5]), Tensor::vector(vec![0.75])]);
    // 2 x^2 from 1: a step of 4 does not lower it, nor one of 2 to -1; one of 1 ends at 0.
    let mut search = adapter.start(&order("armijo", Dtype::F64, vec![Tensor::vector(vec![1.0])], &[])).unwrap();
    let mut answer = search.step(&[Some(Tensor::vector(vec![4.0]))]).unwrap();
    let mut tried = vec![];
    while let Answer::Evaluate(points) = answer {
        let x = points[0].data[0];
        tried.push(x);
        answer = search.value(2.0 * x * x, &[Tensor::vector(vec![4.0 * x])]).unwrap();
    }
    assert_eq!((tried, moved(answer).0), (vec![1.0, -3.0, -1.0, 0.0], vec![Tensor::vector(vec![0.0])]));
}

#[test]
fn schedules_clips_and_inits() {
    let adapter = honest();
    assert_eq!(adapter.schedule("exponential", &hyper(&[("lr", 2.0), ("gamma", 0.5)]), 4).unwrap(), [2.0, 1.0, 0.5, 0.25]);
    let grads = [Tensor::vector(vec![3.0]), Tensor::new(vec![], vec![4.0]).unwrap()];
    let (clipped, norm) = adapter.clip("global_norm", 2.5, &grads, Dtype::F64).unwrap();
    assert_eq!((clipped[0].data[0], clipped[1].data[0], norm), (1.5, 2.0, Some(5.0)));
    assert_eq!(adapter.clip("value", 3.5, &grads, Dtype::F64).unwrap().1, None);
    let drawn = adapter.init("he_uniform", &[5, 4, 3], 7, Dtype::F32).unwrap();
    assert_eq!((drawn.shape, drawn.data.len()), (vec![5, 4, 3], 60));
    let again = adapter.init("xavier_uniform", &[1], 7, Dtype::F32).unwrap_err().to_string();
    assert!(again.contains("request 6 (init): it answered ''xavier_uniform''"), "{again}");
    adapter.bye().expect("a refusal ends nothing");
}

#[test]
fn the_whole_talk_goes_well_with_the_honest_adapter() {
    talk(&python("honest.py", &[]), Timeouts::default()).unwrap();
}
