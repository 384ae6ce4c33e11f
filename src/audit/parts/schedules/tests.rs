//! The settings tell conventions apart, and every hyper-parameter changes among them.

use super::conventions::{Conventions, candidates};
use super::given::Given;
use super::known::KNOWN;
use super::model::Model;
use crate::audit::implementation::Hyper;
use std::collections::BTreeSet;

/// Distance in bounds of single precision from which two rates count as told apart.
const FAR: f64 = 10.0;

#[test]
fn the_settings_tell_all_conventions_of_a_name_apart() {
    for known in KNOWN {
        let free = candidates(known).into_iter().filter(|candidate| candidate.ruled_out().next().is_none());
        let rates = |conventions: &Conventions| {
            let one = |(steps, hyper): &(usize, Hyper)| {
                let model = Model::new(&Given { known, hyper }, conventions, *steps);
                let allowed: Vec<_> = model.allowed::<f32>().take(*steps).map(|allowed| allowed[0]).collect();
                allowed
            };
            known.settings(&Hyper::new()).iter().flat_map(one).collect::<Vec<_>>()
        };
        let all: Vec<_> = free.map(|candidate| (candidate.name(), rates(&candidate.method))).collect();
        for (index, (name, rates)) in all.iter().enumerate() {
            for (other, others) in &all[..index] {
                let pairs = rates.iter().zip(others);
                let far =
                    pairs.map(|(a, b)| a.value.distance(b.value.value()) / a.bound.max(f64::MIN_POSITIVE)).fold(0.0, f64::max);
                assert!(far > FAR, "{}: {name} and {other} are {far} bounds apart", known.name);
            }
        }
    }
}

#[test]
fn every_hyper_parameter_has_several_values() {
    for known in KNOWN {
        for (name, _) in known.hyper {
            let settings = known.settings(&Hyper::new());
            let values: BTreeSet<String> = settings.iter().map(|(_, hyper)| format!("{:?}", hyper.get(*name))).collect();
            assert!(values.len() > 1, "{} has one value of {name}", known.name);
        }
    }
}
