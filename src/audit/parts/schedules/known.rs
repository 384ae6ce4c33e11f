//! The schedules that have a reference: their hyper-parameters, and the settings that are asked for.

use crate::audit::implementation::Hyper;

/// A schedule by its neutral name.
pub(super) struct Known {
    pub name: &'static str,
    /// Hyper-parameters, each with what it is where a subject does not declare it; `None` if there is no schedule without it.
    pub hyper: &'static [(&'static str, Option<f64>)],
    /// Settings as JSON, each with the number of steps that pass every boundary, twice where that is a period, and go on beyond the end.
    pub settings: &'static [(usize, &'static str)],
}

pub(super) const KNOWN: &[Known] = &[
    Known { name: "constant", hyper: &[("lr", None)], settings: &[(5, r#"{"lr":0.1}"#), (3, r#"{"lr":0.37}"#)] },
    Known {
        name: "step",
        hyper: &[("lr", None), ("gamma", None), ("period", None)],
        settings: &[
            (14, r#"{"lr":0.1,"gamma":0.5,"period":3}"#),
            (13, r#"{"lr":0.3,"gamma":0.1,"period":4}"#),
            (24, r#"{"lr":0.7,"gamma":0.9,"period":7}"#),
        ],
    },
    Known {
        name: "multistep",
        hyper: &[("lr", None), ("gamma", None), ("milestones", None)],
        settings: &[
            (13, r#"{"lr":0.1,"gamma":0.3,"milestones":[2,5,9]}"#),
            (9, r#"{"lr":0.2,"gamma":0.5,"milestones":[1,3,4]}"#),
            (12, r#"{"lr":0.6,"gamma":0.3,"milestones":[4,8]}"#),
        ],
    },
    Known {
        name: "piecewise",
        hyper: &[("values", None), ("milestones", None)],
        settings: &[
            (13, r#"{"values":[0.1,0.05,0.01,0.2],"milestones":[3,5,9]}"#),
            (8, r#"{"values":[0.3,0.7,0.11],"milestones":[2,5]}"#),
        ],
    },
    Known {
        name: "exponential",
        hyper: &[("lr", None), ("gamma", None)],
        settings: &[(30, r#"{"lr":0.1,"gamma":0.9}"#), (20, r#"{"lr":0.5,"gamma":0.5}"#), (40, r#"{"lr":0.7,"gamma":0.99}"#)],
    },
    Known {
        name: "inverse_time",
        hyper: &[("lr", None), ("gamma", None)],
        settings: &[(20, r#"{"lr":0.1,"gamma":0.5}"#), (30, r#"{"lr":0.3,"gamma":0.01}"#)],
    },
    Known {
        name: "cosine",
        hyper: &[("lr", None), ("min_lr", Some(0.0)), ("period", None)],
        settings: &[
            (31, r#"{"lr":0.1,"min_lr":0.01,"period":7}"#),
            (33, r#"{"lr":0.37,"min_lr":0,"period":10}"#),
            (18, r#"{"lr":0.9,"min_lr":0.25,"period":4}"#),
        ],
    },
    Known {
        name: "cosine_restarts",
        hyper: &[("lr", None), ("min_lr", Some(0.0)), ("period", None), ("growth", Some(1.0))],
        settings: &[
            (17, r#"{"lr":0.1,"min_lr":0.01,"period":5,"growth":1}"#),
            (30, r#"{"lr":0.3,"min_lr":0.02,"period":3,"growth":2}"#),
            (30, r#"{"lr":0.7,"min_lr":0,"period":2,"growth":3}"#),
        ],
    },
    Known {
        name: "polynomial",
        hyper: &[("lr", None), ("min_lr", Some(0.0)), ("power", Some(1.0)), ("period", None)],
        settings: &[
            (23, r#"{"lr":0.1,"min_lr":0.01,"power":2,"period":7}"#),
            (18, r#"{"lr":0.4,"min_lr":0,"power":1,"period":5}"#),
            (21, r#"{"lr":0.7,"min_lr":0.05,"power":2.5,"period":6}"#),
        ],
    },
    Known {
        name: "linear",
        hyper: &[("lr", None), ("start_factor", Some(1.0)), ("end_factor", Some(1.0)), ("period", None)],
        settings: &[
            (21, r#"{"lr":0.2,"start_factor":0.25,"end_factor":1,"period":6}"#),
            (22, r#"{"lr":0.1,"start_factor":1,"end_factor":0.1,"period":7}"#),
            (16, r#"{"lr":0.7,"start_factor":0.5,"end_factor":0.2,"period":5}"#),
        ],
    },
    // No step beyond the last one is asked for: PyTorch refuses to go on.
    Known {
        name: "one_cycle",
        hyper: &[("lr", None), ("period", None), ("warmup", Some(0.3)), ("div", Some(25.0)), ("final_div", Some(1e4))],
        settings: &[
            (20, r#"{"lr":0.1,"period":20,"warmup":0.3,"div":25,"final_div":10000}"#),
            (15, r#"{"lr":0.3,"period":15,"warmup":0.4,"div":10,"final_div":50}"#),
            (25, r#"{"lr":0.7,"period":25,"warmup":0.2,"div":4,"final_div":20}"#),
        ],
    },
    Known {
        name: "triangular",
        hyper: &[("lr", None), ("min_lr", Some(0.0)), ("period", None)],
        settings: &[
            (33, r#"{"lr":0.1,"min_lr":0.01,"period":5}"#),
            (20, r#"{"lr":0.4,"min_lr":0.1,"period":3}"#),
            (30, r#"{"lr":0.7,"min_lr":0,"period":4}"#),
        ],
    },
    Known {
        name: "warmup_cosine",
        hyper: &[("lr", None), ("min_lr", Some(0.0)), ("warmup", None), ("period", None)],
        settings: &[
            (40, r#"{"lr":0.1,"min_lr":0.01,"warmup":4,"period":15}"#),
            (30, r#"{"lr":0.3,"min_lr":0,"warmup":3,"period":10}"#),
            (24, r#"{"lr":0.7,"min_lr":0.05,"warmup":2,"period":8}"#),
        ],
    },
    Known {
        name: "warmup_constant",
        hyper: &[("lr", None), ("warmup", None)],
        settings: &[(20, r#"{"lr":0.1,"warmup":5}"#), (7, r#"{"lr":0.3,"warmup":2}"#), (30, r#"{"lr":0.7,"warmup":8}"#)],
    },
    // Metrics that stand, rise, improve by less than a threshold and by more, in both signs, beside rates so small that PyTorch leaves
    // a drop out.
    Known {
        name: "plateau",
        hyper: &[
            ("lr", None),
            ("factor", None),
            ("patience", None),
            ("threshold", Some(0.0)),
            ("cooldown", Some(0.0)),
            ("min_lr", Some(0.0)),
            ("metrics", None),
        ],
        settings: &[
            (
                16,
                r#"{"lr":0.1,"factor":0.5,"patience":2,"threshold":0.01,"cooldown":0,"min_lr":0,"metrics":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#,
            ),
            (
                18,
                r#"{"lr":0.4,"factor":0.3,"patience":2,"threshold":0.01,"cooldown":2,"min_lr":0.001,"metrics":[4,3,3.5,2.99,2.98,2.9,3,3,3,3,3,3,3,3,3,3,3,3]}"#,
            ),
            (
                16,
                r#"{"lr":0.2,"factor":0.5,"patience":1,"threshold":0.1,"cooldown":3,"min_lr":0,"metrics":[-1,-0.95,-0.92,-0.95,-0.93,-1.05,-1.2,-1.25,-1.28,-1.25,-1.5,-1.4,-1.4,-1.4,-1.4,-1.4]}"#,
            ),
            (
                14,
                r#"{"lr":0.3,"factor":0.1,"patience":1,"threshold":0.04,"cooldown":0,"min_lr":0.002,"metrics":[100,98,97.9,97.8,97.7,97.6,97.5,97.4,97.3,20,20.01,20.02,20.03,20.04]}"#,
            ),
            (
                10,
                r#"{"lr":3e-8,"factor":0.5,"patience":1,"threshold":0.001,"cooldown":0,"min_lr":0,"metrics":[1,1,1,1,1,1,1,1,1,1]}"#,
            ),
        ],
    },
];

impl Known {
    pub fn of(name: &str) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.name == name)
    }

    /// The hyper-parameter that says how long the schedule takes: `period`, or of those without one `warmup`.
    pub fn span(&self) -> &'static str {
        let has = |span: &&&str| self.hyper.iter().any(|(name, _)| name == *span);
        ["period", "warmup"].iter().find(has).copied().unwrap_or("period")
    }

    /// The settings, without the hyper-parameters that the subject does not declare and that there is a schedule without.
    pub fn settings(&self, declared: &Hyper) -> Vec<(usize, Hyper)> {
        let kept = |name: &String| {
            let default = self.hyper.iter().find(|(known, _)| known == name).and_then(|(_, default)| *default);
            default.is_none() || declared.is_empty() || declared.contains_key(name)
        };
        let setting = |(steps, text): &(usize, &str)| {
            let hyper: Hyper = serde_json::from_str(text).expect("a table of JSON objects");
            (*steps, hyper.into_iter().filter(|(name, _)| kept(name)).collect())
        };
        self.settings.iter().map(setting).collect()
    }
}
