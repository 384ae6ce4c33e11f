//! burn's optimizers against their formulas. Where a test wants equality, every number in it is a binary fraction and nothing rounds.

use crate::driven::{hyper, order, path, step};
use burn::optim::{AdaGradConfig, AdamConfig, AdamWConfig, LambConfig, LionConfig, RmsPropConfig};
use gradproof::audit::{Dtype, Group, Implementation, Offer, Setting, Tensor};
use gradproof_rust::burn::Burn;
use serde_json::{Value, json, to_value};

/// All but L-BFGS, which evaluates the objective itself.
fn stepping() -> impl Iterator<Item = (String, Offer)> {
    Burn.hello().optimizers.into_iter().filter(|(name, _)| name != "lbfgs")
}

#[test]
fn sgd_has_momentum_dampening_nesterov_and_coupled_decay() {
    let settings = json!({ "lr": 0.5, "momentum": 0.5, "dampening": 0.25, "nesterov": true, "weight_decay": 0.125 });
    let (mut x, mut velocity, mut expected) = (1.0, None, vec![]);
    for gradient in [1.0, 1.0, -2.0] {
        let slope = gradient + 0.125 * x;
        let next = velocity.map_or(slope, |velocity| 0.5 * velocity + 0.75 * slope);
        x -= 0.5 * (slope + 0.5 * next);
        velocity = Some(next);
        expected.push(x);
    }
    assert_eq!(path(&Burn, "sgd", settings, 1.0, &[1.0, 1.0, -2.0]), expected);
    assert_eq!(path(&Burn, "sgd", json!({ "lr": 0.5 }), 1.0, &[1.0, 1.0]), [0.5, 0.0]);
}

#[test]
fn adagrad_has_its_epsilon_outside_the_root_and_decays_its_rate() {
    // The roots are 3 and 5, so both denominators are powers of two times the gradients: 3 + 3 and 5 + 3.
    let settings = json!({ "lr": 0.5, "eps": 3.0, "lr_decay": 1.0 });
    assert_eq!(path(&Burn, "adagrad", settings, 1.0, &[3.0, 4.0]), [1.0 - 0.5 * 0.5, 0.75 - 0.25 * 0.5]);
}

#[test]
fn rmsprop_has_momentum_and_can_be_centred() {
    // v = 4 after the gradients 4 and 2.
    let settings = json!({ "lr": 0.25, "rho": 0.75, "eps": 2.0, "momentum": 0.5 });
    assert_eq!(path(&Burn, "rmsprop", settings, 1.0, &[4.0, 2.0]), [0.75, 0.5]);
    // v = 2, and 1 less the square of the mean.
    let settings = json!({ "lr": 0.25, "rho": 0.5, "eps": 1.0, "centered": true });
    assert_eq!(path(&Burn, "rmsprop", settings, 1.0, &[2.0]), [0.75]);
}

#[test]
fn adam_moves_by_the_same_step_under_a_constant_gradient() {
    // Both corrected moments are the gradient's own, for ever: the step is lr g / (|g| + ε) = lr / 2.
    for amsgrad in [false, true] {
        let settings = json!({ "lr": 0.125, "beta1": 0.75, "beta2": 0.75, "eps": 1.0, "amsgrad": amsgrad });
        for (t, x) in (1..).zip(path(&Burn, "adam", settings, 1.0, &[1.0; 8])) {
            // The moments are exact. Eight operations round in a step of lr / 2, and one rounds the parameter, which is below 1.
            let bound = f64::from(t) * (8.0 * 0.125 + 1.0) * f64::from(f32::EPSILON / 2.0);
            assert!((x - (1.0 - f64::from(t) * 0.125 / 2.0)).abs() <= bound, "{x} after {t} steps");
        }
    }
}

#[test]
fn adamw_decays_by_the_rate_before_it_moves() {
    let settings = json!({ "lr": 0.25, "beta1": 0.75, "beta2": 0.75, "eps": 1.0, "weight_decay": 0.5 });
    let mut x = 1.0;
    for found in path(&Burn, "adamw", settings, 1.0, &[1.0; 3]) {
        x = x * (1.0 - 0.25 * 0.5) - 0.25 * 0.5;
        assert_eq!(found, x);
    }
}

#[test]
fn amsgrad_keeps_the_largest_second_moment() {
    // Two steps with the gradients 4 and 0: the moment falls from 4 to 3, its maximum stays.
    let settings = |amsgrad| json!({ "lr": 1.0, "beta1": 0.75, "beta2": 0.75, "eps": 0.0, "amsgrad": amsgrad });
    let second = |name, amsgrad| {
        let path = path(&Burn, name, settings(amsgrad), 0.0, &[4.0, 0.0]);
        path[0] - path[1]
    };
    for name in ["adam", "adamw"] {
        let ratio = second(name, false) / second(name, true);
        // Eight operations round in each of the two steps, and one rounds the parameter, which is below 4 times the step.
        let bound = 2.0 * (8.0 + 4.0) * f64::from(f32::EPSILON / 2.0);
        assert!((ratio / (4.0f64 / 3.0).sqrt() - 1.0).abs() <= bound, "{name}: {ratio}");
    }
}

#[test]
fn lion_moves_by_the_sign_of_its_interpolation() {
    // The second gradient is negative and its interpolation with the momentum is not.
    let settings = json!({ "lr": 0.25, "beta1": 0.5, "beta2": 0.5, "weight_decay": 0.5 });
    assert_eq!(path(&Burn, "lion", settings, 1.0, &[1.0, -0.25]), [0.625, 0.625 * 0.875 - 0.25]);
}

#[test]
fn lamb_scales_the_step_by_the_trust_ratio() {
    // The update is 1 / (1 + ε) + 4 / 8 = 1, the parameter's norm 4.
    let settings = json!({ "lr": 0.25, "beta1": 0.5, "beta2": 0.5, "eps": 1.0, "weight_decay": 0.125 });
    assert_eq!(path(&Burn, "lamb", settings, 4.0, &[1.0]), [3.0]);
}

#[test]
fn decays_and_epsilons_default_to_those_of_burn() {
    let adam = json!({ "beta1": "beta_1", "beta2": "beta_2", "eps": "epsilon" });
    let lion = json!({ "beta1": "beta_1", "beta2": "beta_2" });
    let same = |name: &str, words: &Value, config: Value| {
        for (word, theirs) in words.as_object().expect("names") {
            let Setting::Number(ours) = Burn.hello().optimizers[name].hyper[word] else { panic!("{word} is a number") };
            let theirs = config[theirs.as_str().expect("a name")].as_f64().expect("a number");
            assert_eq!(ours as f32, theirs as f32, "{name}: {word}");
        }
    };
    same("adam", &adam, to_value(AdamConfig::new()).unwrap());
    same("adamw", &adam, to_value(AdamWConfig::new()).unwrap());
    same("lamb", &adam, to_value(LambConfig::new()).unwrap());
    same("lion", &lion, to_value(LionConfig::new()).unwrap());
    same("adagrad", &json!({ "eps": "epsilon" }), to_value(AdaGradConfig::new()).unwrap());
    same("rmsprop", &json!({ "eps": "epsilon", "rho": "alpha" }), to_value(RmsPropConfig::new()).unwrap());
}

#[test]
fn a_tensor_without_gradient_stays_and_counts_its_own_steps() {
    let mut both = Burn.start(&order("adam", json!({ "lr": 0.1 }), Dtype::F32, &[&[1.0], &[2.0, 3.0]])).unwrap();
    let mut alone = Burn.start(&order("adam", json!({ "lr": 0.1 }), Dtype::F32, &[&[2.0, 3.0]])).unwrap();
    let first = step(&mut *both, &[Some(&[0.5]), None]);
    assert_eq!(first[1], [2.0, 3.0]);
    let second = step(&mut *both, &[None, Some(&[0.5, -0.25])]);
    assert_eq!(second[0], first[0]);
    assert_eq!(second[1], step(&mut *alone, &[Some(&[0.5, -0.25])])[0]);
}

#[test]
fn groups_have_hyper_parameters_of_their_own_and_a_changed_rate_is_everybodys() {
    let mut wanted = order("sgd", json!({ "lr": 0.5 }), Dtype::F32, &[&[1.0], &[1.0], &[1.0]]);
    wanted.groups = vec![
        Group { params: vec![0, 2], hyper: hyper(json!({})) },
        Group { params: vec![1], hyper: hyper(json!({ "lr": 0.25, "weight_decay": 1.0 })) },
    ];
    let mut running = Burn.start(&wanted).unwrap();
    assert_eq!(step(&mut *running, &[Some(&[1.0]), Some(&[1.0]), Some(&[1.0])]), [[0.5], [0.5], [0.5]]);
    running.set_lr(0.125).unwrap();
    assert_eq!(step(&mut *running, &[Some(&[1.0]), Some(&[1.0]), Some(&[1.0])]), [[0.375], [0.3125], [0.375]]);
    assert_eq!(running.hyper()["lr"], Setting::Number(0.125));
}

#[test]
fn a_saved_state_goes_on_with_the_same_bits() {
    for (name, offer) in stepping() {
        let settings = order(&name, json!({ "lr": 0.1, "weight_decay": 0.01 }), Dtype::F32, &[&[1.0, 2.0], &[3.0]]);
        let mut running = Burn.start(&settings).unwrap();
        step(&mut *running, &[Some(&[0.5, 0.25]), None]);
        let params = step(&mut *running, &[Some(&[0.5, 0.25]), Some(&[1.5])]);
        let state = running.save().unwrap();
        let mut other = Burn.start(&order(&name, json!({ "lr": 0.7 }), Dtype::F32, &[&params[0], &params[1]])).unwrap();
        other.load(&state).unwrap();
        assert_eq!(other.hyper(), running.hyper(), "{name}");
        assert_eq!(other.hyper().len(), offer.hyper.len(), "{name}");
        for gradient in [0.3, -0.7] {
            let gradients: [Option<&[f64]>; 2] = [Some(&[gradient, 0.1]), Some(&[gradient])];
            assert_eq!(step(&mut *running, &gradients), step(&mut *other, &gradients), "{name}");
        }
    }
}

/// burn reads saved tensors in its device's own type, f32, and then cannot multiply them with parameters of another.
#[test]
fn a_saved_state_of_another_type_than_the_devices_is_lost() {
    for dtype in [Dtype::F64, Dtype::Bf16, Dtype::F16] {
        let wanted = order("adam", json!({}), dtype, &[&[1.0]]);
        let mut running = Burn.start(&wanted).unwrap();
        step(&mut *running, &[Some(&[0.5])]);
        let state = running.save().unwrap();
        running.load(&state).unwrap();
        let gradient = [Some(Tensor::vector(vec![0.5]))];
        let error = running.step(&gradient).unwrap_err().to_string();
        assert!(error.contains("dtype mismatch"), "{error}");
        assert!(running.step(&gradient).unwrap_err().to_string().contains("earlier step"));
    }
}

#[test]
fn every_shape_up_to_four_sides_comes_back_as_it_went() {
    let shapes: [&[u64]; 6] = [&[], &[0], &[3], &[2, 3], &[2, 1, 3], &[1, 2, 2, 2]];
    let filled = |shape: &[u64]| Tensor::new(shape.to_vec(), vec![0.5; shape.iter().product::<u64>() as usize]).unwrap();
    let tensors: Vec<Tensor> = shapes.iter().map(|shape| filled(shape)).collect();
    for (name, offer) in stepping() {
        for dtype in offer.dtypes {
            let mut wanted = order(&name, json!({ "lr": 0.0 }), dtype, &[]);
            wanted.params = tensors.clone();
            let moved = Burn.start(&wanted).unwrap().run(&[tensors.clone(), tensors.clone()]).unwrap();
            assert_eq!(moved, [tensors.clone(), tensors.clone()], "{name}");
        }
    }
    let mut wanted = order("sgd", json!({}), Dtype::F32, &[]);
    wanted.params = vec![filled(&[1, 1, 1, 1, 1])];
    assert!(Burn.start(&wanted).err().unwrap().to_string().contains("at most 4"));
}

#[test]
fn a_name_that_burn_does_not_have_is_an_error() {
    let refused =
        |name: &str, settings: Value| Burn.start(&order(name, settings, Dtype::F32, &[&[1.0]])).err().unwrap().to_string();
    assert!(refused("nadam", json!({})).contains("'nadam'"));
    assert!(refused("adam", json!({ "momentum": 0.5 })).contains("'momentum'"));
    assert!(refused("adam", json!({ "amsgrad": 1.0 })).contains("true or false"));
}
