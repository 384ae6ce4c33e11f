//! What proves an upper bound: inequalities, how often each is added, and the squares that are left.

use super::Number;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An inequality of the class or the method, and how often it is added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Multiplier {
    /// The inequality.
    #[serde(flatten)]
    pub of: Inequality,
    /// How often; not 0.
    pub value: Number,
}

/// What may be added up. Points are `"*"` (the minimiser) and `"0"`, `"1"`, ... in the order in which gradients are taken; the output comes last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inequality {
    /// Interpolation from the second point to the first: `f_i ≥ f_j + ⟨g_j, x_i - x_j⟩ + ...`.
    Interpolation(String, String),
    /// The same for the second function of a composite class, whose subgradients are taken at the points `"1"`, `"2"`, ...
    Second(String, String),
    /// `‖g_i‖² ≤ M²`.
    Lipschitz(String),
    /// The least of the measured numbers is at most this one; these multipliers sum to 1.
    Best(String),
    /// `⟨g_i, g_(i-1)⟩ = 0` after an exact line search; any sign.
    Orthogonal(String),
    /// `⟨g_i, x_i - x_(i-1)⟩ = 0` after an exact line search; any sign.
    Stationary(String),
}

/// `weight ‖form‖²`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Square {
    /// Non-negative for all parameters.
    pub weight: Number,
    /// Coefficients of the basis vectors by their names: `"x0"` for `x_0 - x*`, `"z0"` for `z_0 - x*`, `"g0"`, `"g1"`, ... for gradients.
    #[serde(deserialize_with = "distinct")]
    pub form: BTreeMap<String, Number>,
}

/// A map whose names are distinct; by itself serde keeps the last of two.
fn distinct<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<BTreeMap<String, Number>, D::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = BTreeMap<String, Number>;

        fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            f.write_str("numbers by names")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((name, number)) = entries.next_entry::<String, Number>()? {
                if map.contains_key(&name) {
                    return Err(serde::de::Error::custom(format!("'{name}' stands there twice")));
                }
                map.insert(name, number);
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Names)
}
