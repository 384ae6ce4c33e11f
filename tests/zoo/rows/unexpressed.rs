//! Rows of the list that no optimizer behind the protocol can show, and the list's ids.

/// Ids and reasons.
pub const UNEXPRESSED: &[(&str, &str)] = &[
    (
        "B18",
        "D-Adaptation and schedule-free methods estimate their rate from the run: no name of the protocol promises their values",
    ),
    ("C15", "a limit on values inside an optimizer: the protocol clips apart from it"),
    ("C32", "complex parameters do not cross the protocol"),
    ("D17", "Muon has no name in the protocol"),
    ("E08", "a threshold that can be set is no hyper-parameter of the protocol; one that stays at 4 is E05"),
    ("F05", "sparse gradients do not cross the protocol"),
    ("F06", "sparse gradients do not cross the protocol"),
    ("F08", "parameters after a step that failed cannot be asked for; the failure itself ends the audit as an error"),
    ("N03", "a state of eight bits has no reference: its rounding is the method"),
];

/// Rows of the list about optimizers: sections A to F, M and N.
pub const LISTED: &str = "A01 A02 A03 A05 A06 A07 A09 A10 A11 A13 \
    B01 B02 B04 B05 B06 B08 B09 B10 B12 B13 B14 B16 B17 B18 B20 B21 B22 \
    C02 C03 C04 C06 C07 C08 C10 C11 C12 C14 C15 C16 C18 C19 C20 C22 C23 C24 C26 C27 C28 C30 C31 C32 C34 \
    D01 D02 D04 D05 D06 D08 D09 D10 D12 D13 D14 D16 D17 \
    E01 E03 E04 E05 E07 E08 E09 E11 E12 E13 E15 E16 E17 E19 E20 E21 E23 E24 E25 E27 E28 E29 E31 E32 E33 E35 \
    F01 F02 F04 F05 F06 F08 F09 F10 M01 M02 M03 N01 N02 N03";
