//! Rows of sections G to L that are no schedule, clip or initialiser behind the protocol: where else they are caught.

/// A row, and the test or the theorem's control (`file::name`) that catches it in our own systems.
pub const COVERED: &[(&str, &str)] = &[
    ("H07", "tests/clipping.rs::keras_takes_the_first_of_its_three_arguments"),
    ("H08", "tests/batches.rs::clipping_each_micro_batch_is_not_clipping_their_mean"),
    ("H08", "theorems/accumulation/accumulation_equivalence.rs::clipped-micro-batches"),
    ("I01", "tests/batches.rs::unequal_micro_batches_need_their_sizes"),
    ("I01", "theorems/accumulation/accumulation_unequal.rs::unweighted-mean"),
    ("I02", "tests/batches.rs::a_sum_grows_with_the_window"),
    ("I02", "theorems/accumulation/accumulation_equivalence.rs::sum-without-one-over-k"),
    ("I03", "tests/batches.rs::the_last_window_has_three_conventions"),
    ("I05", "tests/batches.rs::a_sum_grows_with_the_window"),
    ("K01", "tests/regularisation.rs::known_faults_of_dropout_miss_the_mean"),
    ("K02", "tests/regularisation.rs::known_faults_of_dropout_miss_the_mean"),
    ("K03", "tests/regularisation.rs::known_faults_of_dropout_miss_the_mean"),
    ("K05", "tests/monitors.rs::off_by_one_patience_is_one_epoch_late"),
    ("K06", "tests/monitors.rs::an_improvement_sets_the_count_back"),
    ("K07", "tests/monitors.rs::thresholds_separate_their_readings"),
    ("K09", "tests/monitors.rs::a_baseline_stops_what_improves_below_it"),
    ("L01", "tests/closures.rs::known_mistakes_are_named"),
    ("L02", "tests/closures.rs::known_mistakes_are_named"),
    ("L04", "tests/second_order/pytorch.rs::pytorchs_tolerances_are_of_the_largest_component"),
    ("L04", "tests/second_order/pytorch.rs::pytorchs_limits_count"),
    ("L05", "tests/second_order/line_search.rs::cubic_interpolation_is_exact_on_cubics"),
    ("L06", "tests/closures.rs::honest_ones_conform"),
    ("L06", "tests/second_order/pytorch.rs::pytorchs_limits_count"),
];

/// A row that nothing here expresses, and why.
pub const UNEXPRESSED: &[(&str, &str)] =
    &[("I06", "a counter of refused steps around an optimizer: no request shows it but a run with non-finite gradients")];

/// The rows of these sections.
pub const LISTED: &str = "G02 G03 G04 G06 G07 G08 G10 G11 G12 G14 G15 G16 G18 G19 G20 G22 G23 G24 G26 G27 H01 H03 H04 H05 H07 H08 H09 \
    I01 I02 I03 I05 I06 J01 J03 J04 J05 J07 J08 J09 K01 K02 K03 K05 K06 K07 K09 L01 L02 L04 L05 L06";
