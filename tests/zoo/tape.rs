//! Runs of a subject as traces.

use crate::row::Row;
use gradproof::audit::{Answer, Dtype, Header, Hyper, Implementation, Order, Setting, Tensor, Trace};

/// Lengths of the tensors; the last one begins at zero.
const SHAPES: [&[u64]; 4] = [&[3, 1], &[2], &[2], &[]];

/// Settings beside the defaults: every number that is 0 is switched on, then every switch.
pub fn settings(row: &Row) -> Vec<Hyper> {
    let mut base: Hyper = row.optimizer.hyper.iter().map(|(name, x)| (name.to_string(), x.clone())).collect();
    base.insert("lr".into(), Setting::Number(0.02));
    let eps = [("eps", 1e-3), ("beta2", 0.99)];
    eps.iter().filter(|(name, _)| base.contains_key(*name)).map(|(n, x)| (n.to_string(), Setting::Number(*x))).collect::<Vec<_>>().into_iter().for_each(|(n, x)| drop(base.insert(n, x)));
    let mut all = vec![base.clone()];
    let mut full = base.clone();
    for (name, value) in [("momentum", 0.9), ("weight_decay", 0.05), ("dampening", 0.5), ("initial_accumulator", 0.5), ("lr_decay", 0.01)] {
        if full.get(name) == Some(&Setting::Number(0.0)) {
            full.insert(name.into(), Setting::Number(value));
        }
    }
    if full != base {
        all.push(full.clone());
    }
    for (name, value) in &base {
        if value == &Setting::Flag(false) {
            let mut on = full.clone();
            on.insert(name.clone(), Setting::Flag(true));
            if name == "nesterov" {
                on.remove("dampening");
            }
            all.push(on);
        }
    }
    all
}

/// A run on gradients that depend on the parameters.
pub fn record(row: &Row, hyper: &Hyper, dtype: Dtype, steps: i32) -> Trace {
    let tensor = |index: usize| {
        let elements: u64 = SHAPES[index].iter().product();
        let data = (0..elements).map(|i| if index == 2 { 0.0 } else { dtype.round([0.5, -1.0, 0.1, 2.0][(index + i as usize) % 4]) });
        Tensor::new(SHAPES[index].to_vec(), data.collect()).unwrap()
    };
    let params: Vec<Tensor> = (0..SHAPES.len()).map(tensor).collect();
    let order = Order { optimizer: row.optimizer.name.into(), hyper: hyper.clone(), dtype, params: params.clone(), groups: vec![] };
    let mut running = row.optimizer.start(&order).unwrap();
    let flat = |tensors: &[Tensor]| -> Vec<f64> { tensors.iter().flat_map(|tensor| tensor.data.clone()).collect() };
    let shapes = Some(SHAPES.iter().map(|shape| shape.to_vec()).collect());
    let header = Header {
        format: "gradproof.trace/1".into(),
        framework: "zoo".into(),
        version: "1".into(),
        optimizer: row.optimizer.name.into(),
        hyper: hyper.iter().filter(|(name, _)| !["fused", "foreach", "differentiable"].contains(&name.as_str())).map(|(a, b)| (a.clone(), b.clone())).collect(),
        dtype,
        shapes,
    };
    let mut trace = Trace { header, params: vec![flat(&params)], grads: vec![], absent: vec![], lr: vec![], loss: vec![] };
    let mut params = params;
    for t in 0..steps {
        let lr = 0.02 / f64::from(1 + t / 10);
        running.set_lr(lr).unwrap();
        let mut count = 0;
        let grads: Vec<Tensor> = params.iter().map(|tensor| {
            let data = tensor.data.iter().map(|x| {
                count += 1;
                dtype.round(0.3 * x + f64::from((7 * t + 3 * count) % 11 - 5) * 0.02)
            });
            Tensor::new(tensor.shape.clone(), data.collect()).unwrap()
        }).collect();
        let given: Vec<Option<Tensor>> = grads.iter().cloned().map(Some).collect();
        let Answer::Moved { params: next, .. } = running.step(&given).unwrap() else { unreachable!() };
        params = next;
        trace.grads.push(flat(&grads));
        trace.params.push(flat(&params));
        trace.lr.push(lr);
        trace.loss.push(None);
        trace.absent.push(vec![]);
    }
    trace
}
