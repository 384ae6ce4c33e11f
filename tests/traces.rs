//! Reading recorded traces: the real ones as they are, and every way in which a file can be broken.

use gradproof::audit::Trace;
use npyz::WriterBuilder;
use npyz::npz::{NpzArchive, NpzWriter};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::io::{Cursor, Read, Seek, Write};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces")
}

fn real(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("a trace of the repository")
}

/// The error of these bytes under this file name, as a user would see it.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a temporary file");
    let error = Trace::read(&path).expect_err("a broken trace").to_string();
    assert!(error.contains(name) && !error.contains('\n'), "{error}");
    error
}

#[track_caller]
fn refused(bytes: &[u8], because: &str) {
    let error = refusal("broken.trace", bytes);
    assert!(error.contains(because), "{error}\nshould mention: {because}");
}

/// A small sound trace as JSON lines.
fn lines() -> String {
    let header = r#"{"format":"gradproof.trace/1","framework":"own","version":"1","optimizer":"sgd","hyper":{"lr":0.5},"dtype":"f32","params":[1,2]}"#;
    format!(
        "{header}\n{}\n{}\n",
        r#"{"grads":[1,0],"params":[0.5,2]}"#, r#"{"lr":0.25,"loss":"NaN","grads":[1,1],"params":[0.25,1.75]}"#
    )
}

#[track_caller]
fn refused_with(old: &str, new: &str, because: &str) {
    assert!(lines().contains(old), "nothing to replace: {old}");
    refused(lines().replace(old, new).as_bytes(), because);
}

/// The arrays of the smallest of the real archives, some of them replaced or left out.
struct Archive {
    entries: Vec<(String, Vec<u8>)>,
}

impl Archive {
    fn real() -> Self {
        let mut archive = NpzArchive::new(Cursor::new(real("torch-sgd.npz"))).unwrap();
        let mut entries = vec![];
        for name in ["header", "params", "grads", "lr", "loss"] {
            let mut content = vec![];
            archive.zip_archive().by_name(&format!("{name}.npy")).unwrap().read_to_end(&mut content).unwrap();
            entries.push((name.to_string(), content));
        }
        Archive { entries }
    }

    fn without(mut self, name: &str) -> Self {
        self.entries.retain(|(known, _)| known != name);
        self
    }

    fn with(self, name: &str, content: Vec<u8>) -> Self {
        let mut archive = self.without(name);
        archive.entries.push((name.into(), content));
        archive
    }

    fn numbers<T: npyz::AutoSerialize + Copy>(self, name: &str, shape: &[u64], numbers: &[T]) -> Self {
        let mut content = vec![];
        let mut writer = npyz::WriteOptions::new().default_dtype().shape(shape).writer(&mut content).begin_nd().unwrap();
        writer.extend(numbers.iter().copied()).unwrap();
        writer.finish().unwrap();
        self.with(name, content)
    }

    fn header(self, old: &str, new: &str) -> Self {
        let header = self.entries.iter().find(|(name, _)| name == "header").unwrap().1.clone();
        let text = npyz::NpyFile::new(&header[..]).unwrap().into_vec::<String>().unwrap().remove(0);
        assert!(text.contains(old), "{text}");
        let text: Vec<u32> = text.replace(old, new).chars().map(u32::from).collect();
        self.with(
            "header",
            plain(&format!("'descr': '<U{}', 'fortran_order': False, 'shape': ()", text.len()), &text.map_bytes()),
        )
    }

    fn bytes(self) -> Vec<u8> {
        let mut bytes = Cursor::new(vec![]);
        let mut writer = NpzWriter::new(&mut bytes);
        for (name, content) in self.entries {
            writer.zip_writer().start_file(format!("{name}.npy"), Default::default()).unwrap();
            writer.zip_writer().write_all(&content).unwrap();
        }
        drop(writer);
        bytes.rewind().unwrap();
        bytes.into_inner()
    }
}

trait MapBytes {
    fn map_bytes(&self) -> Vec<u8>;
}

impl MapBytes for Vec<u32> {
    fn map_bytes(&self) -> Vec<u8> {
        self.iter().flat_map(|unit| unit.to_le_bytes()).collect()
    }
}

/// A `.npy` file with this header and this content, whatever they say.
fn plain(header: &str, content: &[u8]) -> Vec<u8> {
    let header = format!("{{{header}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(content);
    bytes
}

#[test]
fn real_traces_are_read() {
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let trace = Trace::read(&entry.unwrap().path()).unwrap();
        assert_eq!((trace.steps(), trace.elements(), trace.params.len(), trace.lr.len()), (30, 610, 31, 30));
        assert!(trace.loss.iter().all(|loss| loss.is_some_and(|loss| loss > 0.0)));
        assert_eq!((trace.header.framework.as_str(), trace.header.version.as_str()), ("torch", "2.15.0"));
        count += 1;
    }
    assert_eq!(count, 14);
}

#[test]
fn rates_come_from_the_step_and_else_from_the_header() {
    let trace = Trace::parse(lines().as_bytes()).unwrap();
    assert_eq!(trace.lr, [0.5, 0.25]);
    assert!(trace.loss[0].is_none() && trace.loss[1].unwrap().is_nan());
    let trace = Trace::parse(&Archive::real().without("lr").without("loss").bytes()).unwrap();
    assert_eq!(trace.lr, [0.1; 30]);
}

#[test]
fn content_tells_the_form_and_not_the_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("a.jsonl", Archive::real().bytes()), ("b.npz", format!("\u{feff}{}", lines().replace('\n', "\r\n\r\n")).into())]
    {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        assert!(Trace::read(&folder.path().join(name)).is_ok());
    }
    refused(b"\x1f\x8b\x08", "gzip");
    refused(b"\x93NUMPY", "neither");
    refused(b" \n", "empty");
    assert!(refusal("header.jsonl", lines().lines().next().unwrap().as_bytes()).contains("no step"));
}

#[test]
fn unreadable_files_are_named() {
    for path in [folder().join("no-such.npz"), folder()] {
        let error = Trace::read(&path).unwrap_err().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
    }
}

#[test]
fn cut_off_files_are_told() {
    let jsonl = real("torch-adam.jsonl");
    refused(&jsonl[..jsonl.len() / 2], "line 16 is cut off");
    refused(&jsonl[..1000], "line 1 is cut off");
    let npz = real("torch-nadam.npz");
    refused(&npz[..npz.len() / 2], "cut off or damaged");
    refused(&npz[..npz.len() - 1], "cut off or damaged");
    refused(
        &Archive::real().with("grads", plain("'descr': '<f4', 'fortran_order': False, 'shape': (30, 610)", &[0; 80])).bytes(),
        "claims",
    );
}

#[test]
fn mislabelled_traces_are_told() {
    refused_with("gradproof.trace/1", "gradproof.trace/2", "this version reads 'gradproof.trace/1'");
    refused_with("\"f32\"", "\"f31\"", "unknown variant `f31`");
    refused_with("\"f32\"", "\"f8\"", "unknown variant `f8`");
    refused_with("0.5,2]", "0.1,2]", "'params'[1][0] is 1e-1, no f32 number");
    refused(&Archive::real().header("f32", "f64").bytes(), "'params' holds float32 in an f64 trace");
    let wide = vec![0.1; 30 * 610];
    refused(&Archive::real().numbers("grads", &[30, 610], &wide).bytes(), "'grads'[0][0] is 1e-1, no f32 number");
    let narrow: Vec<f64> = wide.iter().map(|_| 0.5).collect();
    assert!(Trace::parse(&Archive::real().numbers("grads", &[30, 610], &narrow).bytes()).is_ok());
}

#[test]
fn numbers_that_are_not_finite_are_named() {
    refused_with("[1,0]", "[1,\"NaN\"]", "'grads'[0][1] is NaN");
    refused_with("0.25,1.75]", "\"-Infinity\",1.75]", "'params'[2][0] is -inf");
    refused_with("[1,0]", "[1,NaN]", "write NaN as \"NaN\"");
    refused_with("[1,0]", "[1,\"much\"]", "invalid value: string \"much\", expected a number");
    refused_with("\"lr\":0.25", "\"lr\":\"Infinity\"", "'lr' of step 1 is inf");
    refused_with("\"lr\":0.25", "\"lr\":-1", "'lr' of step 1 is -1");
    let mut params = vec![0f32; 31 * 610];
    params[610 * 7 + 5] = f32::INFINITY;
    refused(&Archive::real().numbers("params", &[31, 610], &params).bytes(), "'params'[7][5] is inf");
}

#[test]
fn disagreeing_shapes_are_told() {
    refused_with("[1,0]", "[1]", "row 0 of 'grads' has 1 numbers; the first row of 'params' has 2");
    refused_with("0.25,1.75]", "0.25]", "row 2 of 'params' has 1 numbers");
    refused_with("\"dtype\"", "\"shapes\":[[1],[3]],\"dtype\"", "do not add up to the 2 parameters");
    refused_with("\"dtype\"", "\"shapes\":[[4294967296,4294967296]],\"dtype\"", "do not add up");
    let zeros = vec![0f32; 31 * 610];
    refused(&Archive::real().numbers("grads", &[31, 610], &zeros).bytes(), "'params' has 31 rows for 31 steps; it needs 32");
    refused(&Archive::real().numbers("grads", &[30, 600], &zeros[..18000]).bytes(), "row 0 of 'grads' has 600 numbers");
    refused(&Archive::real().numbers("grads", &[18300], &zeros[..18300]).bytes(), "needs a row a step");
    refused(&Archive::real().numbers("grads", &[0, 610], &zeros[..0]).bytes(), "no steps");
    refused(&Archive::real().numbers("lr", &[29], &[0.1; 29]).bytes(), "'lr' has 29");
    refused(&Archive::real().numbers("lr", &[30], &[0.1f32; 30]).bytes(), "one float64 a step");
    refused(
        &Archive::real().numbers("params", &[31, 610], &vec![0i32; 18910]).bytes(),
        "'params' holds '<i4'; it needs float32 or float64",
    );
}

#[test]
fn missing_parts_are_named() {
    for name in ["params", "grads", "header"] {
        refused(&Archive::real().without(name).bytes(), &format!("the array '{name}' is missing"));
    }
    refused(&Archive::real().numbers("header", &[1], &[1.0]).bytes(), "needs one string");
    for key in ["format", "framework", "version", "optimizer", "hyper", "dtype", "params", "grads"] {
        refused_with(&format!("\"{key}\":"), "\"other\":", &format!("missing field `{key}`"));
    }
}

#[test]
fn optimizers_and_hyper_parameters_must_be_known() {
    refused_with("\"sgd\"", "\"sdg\"", "no reference for 'sdg'; known are sgd,");
    refused_with("\"lr\":0.5}", "\"lr\":0.5,\"beta1\":0.9}", "sgd has no hyper-parameter 'beta1'; it has lr, momentum");
    refused_with("{\"lr\":0.5}", "{}", "'lr' of sgd is missing");
    refused_with("\"lr\":0.5", "\"lr\":true", "'lr' is true; it must be a finite number");
    refused_with("\"lr\":0.5", "\"lr\":\"big\"", "'lr' is \"big\"");
    refused_with("\"lr\":0.5", "\"lr\":-1", "'lr' is -1.0; it must be a finite number, not negative");
    refused_with("\"lr\":0.5", "\"lr\":[1]", "the hyper-parameter 'lr' is [1.0]; it must be");
    refused_with("\"lr\":0.5}", "\"lr\":0.5,\"momentum\":1.5}", "from 0 to 1");
    refused_with("\"lr\":0.5}", "\"lr\":0.5,\"nesterov\":1}", "true or false");
    refused(&Archive::real().header("\"sgd\"", "\"adam\"").bytes(), "'beta1' of adam is missing");
    refused(&Archive::real().header("\"lr\": 0.1", "\"lr\": 0.1, \"rho\": 0.9").bytes(), "no hyper-parameter 'rho'");
}

#[test]
fn enormous_claims_allocate_nothing() {
    let claims = [
        "'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000000, 1)",
        "'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000000, 1000000000000000000)",
        "'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999, 1)",
        "'descr': '<U9999999999999999999', 'fortran_order': False, 'shape': ()",
        "'descr': '|O', 'fortran_order': False, 'shape': (2, 1)",
    ];
    for claim in claims {
        for name in ["params", "grads", "lr", "header"] {
            refused(&Archive::real().with(name, plain(claim, b"\x01\x02\x03\x04")).bytes(), &format!("'{name}'"));
        }
    }
    let nested = format!("'descr': {}{}, 'fortran_order': False, 'shape': (1, 1)", "[".repeat(9000), "]".repeat(9000));
    refused(&Archive::real().with("params", plain(&nested, b"")).bytes(), "no NumPy header");
    refused_with("\"lr\":0.5", &format!("\"lr\":{}", "[".repeat(100_000)), "expected f64");
    refused_with("\"dtype\"", &format!("\"other\":{},\"dtype\"", "[".repeat(100_000)), "is no JSON");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    /// Whatever happens to the bytes, reading ends with a trace or with an error.
    #[test]
    fn damaged_bytes_never_panic(
        which in 0usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = match which {
            0 => lines().into_bytes(),
            1 => Archive::real().numbers("params", &[2, 2], &[0f32; 4]).numbers("grads", &[1, 2], &[0f32; 2]).without("lr").without("loss").bytes(),
            _ => Archive::real().bytes(),
        };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(keep) = keep {
            bytes.truncate(keep.index(bytes.len()));
        }
        let _ = Trace::parse(&bytes);
    }

    /// The same inside an array, where the archive's own check sum does not catch it first.
    #[test]
    fn damaged_arrays_never_panic(
        name in prop::sample::select(vec!["params", "grads", "header", "lr"]),
        changes in prop::collection::vec((0usize..200, any::<u8>()), 1..5),
        keep in prop::option::of(0usize..300),
    ) {
        let archive = Archive::real();
        let mut content = archive.entries.iter().find(|(known, _)| known == name).unwrap().1.clone();
        for (place, byte) in changes {
            let place = place % content.len();
            content[place] = byte;
        }
        content.truncate(keep.unwrap_or(usize::MAX));
        let _ = Trace::parse(&archive.with(name, content).bytes());
    }
}
