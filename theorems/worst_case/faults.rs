//! What controls do to a certificate.

use crate::certify::Certificate;
use crate::evidence::Exact;

/// A change of a certificate.
pub type Fault = fn(Certificate) -> Certificate;

/// Records a tight bound whose upper side has a fault. The lower side claims the same number, so that a smaller one is still attained and only
/// the checker of upper bounds can refuse it.
pub fn tight(exact: &mut Exact, fault: Fault, upper: Certificate, lower: Certificate) {
    let upper = fault(upper);
    let lower = Certificate { bound: upper.bound.clone(), ..lower };
    exact.tight(upper, lower);
}

/// No change.
pub fn none(certificate: Certificate) -> Certificate {
    certificate
}

/// Claims a bound that is less by a billionth of it.
pub fn bound_less_by_a_billionth(certificate: Certificate) -> Certificate {
    Certificate { bound: format!("({})*(1 - 1/1000000000)", certificate.bound), ..certificate }
}

/// Adds the first inequality more often by a billionth.
pub fn multiplier_more_by_a_billionth(mut certificate: Certificate) -> Certificate {
    let first = &mut certificate.multipliers[0];
    first.value = format!("({})*(1 + 1/1000000000)", first.value);
    certificate
}
