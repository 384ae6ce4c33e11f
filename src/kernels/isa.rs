//! Instruction sets.

use crate::{Error, Result};
use std::sync::OnceLock;

/// The instruction set that a kernel's loop is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// Element by element: the specification.
    Scalar,
    /// What every processor of the target has: SSE2 on x86-64.
    Baseline,
    /// 256-bit vectors, without fused multiply-add.
    Avx2,
}

impl Isa {
    /// The instruction sets of this machine, narrowest first.
    pub fn available() -> Vec<Isa> {
        let mut sets = vec![Isa::Scalar, Isa::Baseline];
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            sets.push(Isa::Avx2);
        }
        sets
    }

    /// The one that `GRADPROOF_ISA` (`scalar`, `sse2` or `avx2`) forces, the widest one without it.
    ///
    /// # Errors
    /// If the variable has another value, or names one that this machine lacks.
    pub fn from_environment() -> Result<Isa> {
        let available = Isa::available();
        let widest = available[available.len() - 1];
        let Ok(name) = std::env::var("GRADPROOF_ISA") else { return Ok(widest) };
        let forced = match name.as_str() {
            "scalar" => Isa::Scalar,
            "sse2" => Isa::Baseline,
            "avx2" => Isa::Avx2,
            _ => return Err(Error::new(format!("GRADPROOF_ISA={name} is unknown: use scalar, sse2 or avx2"))),
        };
        if available.contains(&forced) {
            Ok(forced)
        } else {
            Err(Error::new(format!("GRADPROOF_ISA={name} is not available on this processor: use scalar or sse2")))
        }
    }

    /// The instruction set of this process; where the environment is wrong, which the command line refuses at its start,
    /// [`Isa::Scalar`].
    pub fn current() -> Isa {
        static CURRENT: OnceLock<Isa> = OnceLock::new();
        *CURRENT.get_or_init(|| Isa::from_environment().unwrap_or(Isa::Scalar))
    }
}
