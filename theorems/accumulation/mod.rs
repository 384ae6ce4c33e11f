//! Gradient accumulation, memory and computation.

pub mod accumulation_equivalence;
pub mod accumulation_memory;
pub mod accumulation_same_convergence;
pub mod accumulation_unequal;
mod costs;
pub mod memory_requirements;
pub mod optimizer_recommendation_tables;
pub mod optimizer_speed_table;
pub mod optimizer_state_memory;
pub mod parallel_across_batch;
pub mod update_cost_fixed;
