//! The eleven BLAS and LAPACK routines that clarabel's semidefinite cones link to, in Rust, so that no system library is needed.
//!
//! Each is right for what clarabel 0.11.1 may ask of it (read in its `algebra/dense/blas/traits.rs` and the callers): real double
//! precision, unit increments, and no more of the options than stand in a routine's comment. An option outside of these ends the
//! process, as an unwinding panic may not cross the foreign interface; no number of the input reaches such an end. Where an iteration
//! fails, on NaN that is, its results are NaN and not an error code: clarabel would panic on the code, while it gives up on NaN.
//!
//! The symbols are global to the program that links this crate with the feature `solver`. A program that links a real LAPACK as well
//! gets a duplicate-symbol error at link time, not a silent mixture.

use super::dense::{Singular, add_scaled, cholesky, eigen, singular, solve_lower, solve_lower_transposed, transposed};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::slice::{from_raw_parts, from_raw_parts_mut};

/// A matrix in the caller's memory, read only.
///
/// # Safety
/// `data` points to `stride * columns` readable numbers which nobody writes meanwhile.
unsafe fn matrix<'a>(data: *const f64, stride: usize, columns: usize) -> &'a [f64] {
    // SAFETY: the caller's promise; an empty matrix may come with any pointer and is not looked at.
    if stride * columns == 0 { &[] } else { unsafe { from_raw_parts(data, stride * columns) } }
}

/// A matrix in the caller's memory, to be written.
///
/// # Safety
/// `data` points to `stride * columns` initialised numbers which nobody else reads or writes meanwhile.
unsafe fn matrix_mut<'a>(data: *mut f64, stride: usize, columns: usize) -> &'a mut [f64] {
    // SAFETY: as above.
    if stride * columns == 0 { &mut [] } else { unsafe { from_raw_parts_mut(data, stride * columns) } }
}

/// A dimension.
///
/// # Safety
/// `value` points to a readable integer.
unsafe fn size(value: *const c_int) -> usize {
    // SAFETY: the caller's promise.
    usize::try_from(unsafe { *value }).expect("a dimension is not negative")
}

/// A character option in upper case.
///
/// # Safety
/// `value` points to a readable character.
unsafe fn option(value: *const c_char) -> u8 {
    // SAFETY: the caller's promise.
    (unsafe { *value } as u8).to_ascii_uppercase()
}

/// Which entries of a product are wanted.
#[derive(Clone, Copy)]
enum Part {
    All,
    Upper,
    Lower,
}

impl Part {
    /// # Safety
    /// `uplo` points to a readable character.
    unsafe fn triangle(uplo: *const c_char) -> Self {
        // SAFETY: the caller's promise.
        if unsafe { option(uplo) } == b'U' { Part::Upper } else { Part::Lower }
    }

    /// Whether entry `(i, j)` belongs to it.
    fn contains(self, i: usize, j: usize) -> bool {
        match self {
            Part::All => true,
            Part::Upper => i <= j,
            Part::Lower => i >= j,
        }
    }

    /// The rows of column `j`, of `rows`.
    fn rows(self, j: usize, rows: usize) -> (usize, usize) {
        match self {
            Part::All => (0, rows),
            Part::Upper => (0, j + 1),
            Part::Lower => (j, rows),
        }
    }
}

/// The matrix of `rows` rows and `columns` columns that an argument and its option (`N` or `T`) mean, without gaps.
///
/// # Safety
/// As for [`matrix`], for the argument as stored; `transposition` points to a readable character.
unsafe fn operand(data: *const f64, stride: *const c_int, transposition: *const c_char, rows: usize, columns: usize) -> Vec<f64> {
    // SAFETY: the caller's promise.
    unsafe {
        let stride = size(stride);
        let plain = |rows: usize, columns: usize| -> Vec<f64> {
            matrix(data, stride, columns).chunks(stride.max(1)).flat_map(|column| column[..rows].iter().copied()).collect()
        };
        if option(transposition) == b'N' { plain(rows, columns) } else { transposed(&plain(columns, rows), columns, rows) }
    }
}

/// The entries of `part` of `C ← α X Y + β C`, for `X` with `rows` rows and `inner` columns, both without gaps. As in BLAS, `β = 0`
/// overwrites what may be NaN.
fn accumulate(
    part: Part,
    alpha: f64,
    [x, y]: [&[f64]; 2],
    [rows, inner]: [usize; 2],
    beta: f64,
    (c, stride): (&mut [f64], usize),
) {
    for (j, column) in c.chunks_mut(stride.max(1)).enumerate() {
        let (first, end) = part.rows(j, rows);
        let column = &mut column[first..end];
        if beta == 0.0 {
            column.fill(0.0);
        } else if beta != 1.0 {
            column.iter_mut().for_each(|entry| *entry *= beta);
        }
        for l in 0..inner {
            add_scaled(column, alpha * y[j * inner + l], &x[l * rows + first..l * rows + end]);
        }
    }
}

/// `C ← α op(A) op(B) + β C`, with `op` the identity (`N`) or the transpose (`T`).
///
/// # Safety
/// As for the Fortran routine: the matrices have the stated sizes and leading dimensions, and `C` overlaps neither of the others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dgemm_(
    transa: *const c_char,
    transb: *const c_char,
    m: *const c_int,
    n: *const c_int,
    k: *const c_int,
    alpha: *const f64,
    a: *const f64,
    lda: *const c_int,
    b: *const f64,
    ldb: *const c_int,
    beta: *const f64,
    c: *mut f64,
    ldc: *const c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (m, n, k, stride) = (size(m), size(n), size(k), size(ldc));
        let (x, y) = (operand(a, lda, transa, m, k), operand(b, ldb, transb, k, n));
        accumulate(Part::All, *alpha, [&x, &y], [m, k], *beta, (matrix_mut(c, stride, n), stride));
    }
}

/// `y ← α op(A) x + β y`; increments of 1.
///
/// # Safety
/// As for the Fortran routine, `A` being `m` by `n` as stored; `y` overlaps neither `A` nor `x`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dgemv_(
    trans: *const c_char,
    m: *const c_int,
    n: *const c_int,
    alpha: *const f64,
    a: *const f64,
    lda: *const c_int,
    x: *const f64,
    incx: *const c_int,
    beta: *const f64,
    y: *mut f64,
    incy: *const c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        assert!(*incx == 1 && *incy == 1, "dgemv: increments of 1");
        let (rows, inner) = if option(trans) == b'N' { (size(m), size(n)) } else { (size(n), size(m)) };
        let a = operand(a, lda, trans, rows, inner);
        accumulate(Part::All, *alpha, [&a, matrix(x, inner, 1)], [rows, inner], *beta, (matrix_mut(y, rows, 1), rows));
    }
}

/// `y ← α A x + β y` for a symmetric `A`, of which one triangle is read; increments of 1.
///
/// # Safety
/// As for the Fortran routine; `y` overlaps neither `A` nor `x`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dsymv_(
    uplo: *const c_char,
    n: *const c_int,
    alpha: *const f64,
    a: *const f64,
    lda: *const c_int,
    x: *const f64,
    incx: *const c_int,
    beta: *const f64,
    y: *mut f64,
    incy: *const c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        assert!(*incx == 1 && *incy == 1, "dsymv: increments of 1");
        let (n, stride) = (size(n), size(lda));
        let a = full(matrix(a, stride, n), n, stride, Part::triangle(uplo));
        accumulate(Part::All, *alpha, [&a, matrix(x, n, 1)], [n, n], *beta, (matrix_mut(y, n, 1), n));
    }
}

/// The symmetric matrix of which one triangle is stored, without gaps.
fn full(matrix: &[f64], n: usize, stride: usize, part: Part) -> Vec<f64> {
    let entry = |i: usize, j: usize| if part.contains(i, j) { matrix[j * stride + i] } else { matrix[i * stride + j] };
    (0..n * n).map(|k| entry(k % n, k / n)).collect()
}

/// One triangle of `C ← α op(A) op(A)ᵀ + β C`.
///
/// # Safety
/// As for the Fortran routine: `op(A)` is `n` by `k`, and `C` does not overlap `A`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dsyrk_(
    uplo: *const c_char,
    trans: *const c_char,
    n: *const c_int,
    k: *const c_int,
    alpha: *const f64,
    a: *const f64,
    lda: *const c_int,
    beta: *const f64,
    c: *mut f64,
    ldc: *const c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (n, k, stride) = (size(n), size(k), size(ldc));
        let x = operand(a, lda, trans, n, k);
        accumulate(Part::triangle(uplo), *alpha, [&x, &transposed(&x, n, k)], [n, k], *beta, (matrix_mut(c, stride, n), stride));
    }
}

/// One triangle of `C ← α (op(A) op(B)ᵀ + op(B) op(A)ᵀ) + β C`.
///
/// # Safety
/// As for the Fortran routine: `op(A)` and `op(B)` are `n` by `k`, and `C` overlaps neither.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dsyr2k_(
    uplo: *const c_char,
    trans: *const c_char,
    n: *const c_int,
    k: *const c_int,
    alpha: *const f64,
    a: *const f64,
    lda: *const c_int,
    b: *const f64,
    ldb: *const c_int,
    beta: *const f64,
    c: *mut f64,
    ldc: *const c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (n, k, stride, part) = (size(n), size(k), size(ldc), Part::triangle(uplo));
        let (x, y) = (operand(a, lda, trans, n, k), operand(b, ldb, trans, n, k));
        let c = matrix_mut(c, stride, n);
        accumulate(part, *alpha, [&x, &transposed(&y, n, k)], [n, k], *beta, (c, stride));
        accumulate(part, *alpha, [&y, &transposed(&x, n, k)], [n, k], 1.0, (c, stride));
    }
}

/// Cholesky's factor of a symmetric matrix into its lower triangle (`uplo` is `L`); `info` is the order of the first minor that is
/// not positive, or 0.
///
/// # Safety
/// As for the Fortran routine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dpotrf_(uplo: *const c_char, n: *const c_int, a: *mut f64, lda: *const c_int, info: *mut c_int) {
    // SAFETY: the caller's promise.
    unsafe {
        assert!(option(uplo) == b'L', "dpotrf: the lower triangle");
        let (n, stride) = (size(n), size(lda));
        *info = match cholesky(matrix_mut(a, stride, n), n, stride) {
            Ok(()) => 0,
            Err(order) => order as c_int,
        };
    }
}

/// `B ← A⁻¹ B` by the lower triangular factor (`uplo` is `L`) that [`dpotrf_`] left in `A`.
///
/// # Safety
/// As for the Fortran routine; `B` does not overlap `A`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dpotrs_(
    uplo: *const c_char,
    n: *const c_int,
    nrhs: *const c_int,
    a: *const f64,
    lda: *const c_int,
    b: *mut f64,
    ldb: *const c_int,
    info: *mut c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        assert!(option(uplo) == b'L', "dpotrs: the lower triangle");
        let (n, columns, stride, b_stride) = (size(n), size(nrhs), size(lda), size(ldb));
        let lower = matrix(a, stride, n);
        for column in matrix_mut(b, b_stride, columns).chunks_mut(b_stride.max(1)) {
            solve_lower(lower, n, stride, column);
            solve_lower_transposed(lower, n, stride, column);
        }
        *info = 0;
    }
}

/// `B ← A⁻¹ B` by elimination with row exchanges; `A` is left with its factors, `ipiv` with the exchanges (counted from 1), `info`
/// with the first pivot that is zero, or 0.
///
/// # Safety
/// As for the Fortran routine: `ipiv` has room for `n` integers, and nothing overlaps.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dgesv_(
    n: *const c_int,
    nrhs: *const c_int,
    a: *mut f64,
    lda: *const c_int,
    ipiv: *mut c_int,
    b: *mut f64,
    ldb: *const c_int,
    info: *mut c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (n, columns, stride, b_stride) = (size(n), size(nrhs), size(lda), size(ldb));
        let (a, b) = (matrix_mut(a, stride, n), matrix_mut(b, b_stride, columns));
        *info = 0;
        for k in 0..n {
            let larger =
                |i: &usize, j: &usize| a[k * stride + i].abs().partial_cmp(&a[k * stride + j].abs()).unwrap_or(Ordering::Equal);
            let pivot = (k..n).max_by(larger).unwrap_or(k);
            *ipiv.add(k) = pivot as c_int + 1;
            (0..n).for_each(|j| a.swap(j * stride + k, j * stride + pivot));
            (0..columns).for_each(|j| b.swap(j * b_stride + k, j * b_stride + pivot));
            if a[k * stride + k] == 0.0 {
                *info = k as c_int + 1;
                return;
            }
            let (done, rest) = a.split_at_mut((k + 1) * stride);
            let multipliers = &mut done[k * stride + k..k * stride + n];
            let (top, below) = multipliers.split_at_mut(1);
            below.iter_mut().for_each(|entry| *entry /= top[0]);
            for column in rest.chunks_mut(stride).chain(b.chunks_mut(b_stride.max(1))) {
                let factor = -column[k];
                add_scaled(&mut column[k + 1..n], factor, below);
            }
        }
        for column in b.chunks_mut(b_stride.max(1)) {
            for k in (0..n).rev() {
                column[k] /= a[k * stride + k];
                let factor = -column[k];
                add_scaled(&mut column[..k], factor, &a[k * stride..k * stride + k]);
            }
        }
    }
}

/// The singular value decomposition with `min(m, n)` columns of `U` and rows of `Vᵀ` (`jobz` is `S`).
///
/// # Safety
/// As for the Fortran routine. With `lwork = -1` only `work[0]` is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dgesdd_(
    jobz: *const c_char,
    m: *const c_int,
    n: *const c_int,
    a: *mut f64,
    lda: *const c_int,
    s: *mut f64,
    u: *mut f64,
    ldu: *const c_int,
    vt: *mut f64,
    ldvt: *const c_int,
    work: *mut f64,
    lwork: *const c_int,
    _iwork: *mut c_int,
    info: *mut c_int,
) {
    // SAFETY: the caller's promise.
    unsafe { dgesvd_(jobz, jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, info) }
}

/// The singular value decomposition with `min(m, n)` columns of `U` and rows of `Vᵀ` (`jobu` and `jobvt` are `S`).
///
/// # Safety
/// As for the Fortran routine. With `lwork = -1` only `work[0]` is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dgesvd_(
    jobu: *const c_char,
    jobvt: *const c_char,
    m: *const c_int,
    n: *const c_int,
    a: *mut f64,
    lda: *const c_int,
    s: *mut f64,
    u: *mut f64,
    ldu: *const c_int,
    vt: *mut f64,
    ldvt: *const c_int,
    work: *mut f64,
    lwork: *const c_int,
    info: *mut c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        assert!(option(jobu) == b'S' && option(jobvt) == b'S', "dgesvd: the compact form");
        *info = 0;
        if *lwork == -1 {
            *work = 1.0;
            return;
        }
        let (m, n, u_stride, vt_stride) = (size(m), size(n), size(ldu), size(ldvt));
        let count = m.min(n);
        let lost =
            || Singular { left: vec![f64::NAN; m * count], values: vec![f64::NAN; count], right: vec![f64::NAN; n * count] };
        let found = singular(&operand(a, lda, &(b'N' as c_char), m, n), m, n).unwrap_or_else(lost);
        matrix_mut(s, count, 1).copy_from_slice(&found.values);
        copy(&found.left, m, matrix_mut(u, u_stride, count), u_stride);
        copy(&transposed(&found.right, n, count), count, matrix_mut(vt, vt_stride, n), vt_stride);
    }
}

/// Copies a matrix without gaps into one with a leading dimension.
fn copy(source: &[f64], rows: usize, target: &mut [f64], stride: usize) {
    for (from, to) in source.chunks(rows.max(1)).zip(target.chunks_mut(stride.max(1))) {
        to[..rows].copy_from_slice(from);
    }
}

/// All eigenvalues of a symmetric matrix (`range` is `A`), ascending, and the eigenvectors if `jobz` is `V`. The entries of
/// `isuppz`, which say where eigenvectors are nonzero, span all rows.
///
/// # Safety
/// As for the Fortran routine. With `lwork = -1` or `liwork = -1` only `work[0]` and `iwork[0]` are written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dsyevr_(
    jobz: *const c_char,
    range: *const c_char,
    uplo: *const c_char,
    n: *const c_int,
    a: *mut f64,
    lda: *const c_int,
    _vl: *const f64,
    _vu: *const f64,
    _il: *const c_int,
    _iu: *const c_int,
    _abstol: *const f64,
    m: *mut c_int,
    w: *mut f64,
    z: *mut f64,
    ldz: *const c_int,
    isuppz: *mut c_int,
    work: *mut f64,
    lwork: *const c_int,
    iwork: *mut c_int,
    liwork: *const c_int,
    info: *mut c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        assert!(option(range) == b'A', "dsyevr: all eigenvalues");
        *info = 0;
        if *lwork == -1 || *liwork == -1 {
            (*work, *iwork) = (1.0, 1);
            return;
        }
        let (n, stride, with_vectors) = (size(n), size(lda), option(jobz) == b'V');
        let found = eigen(&full(matrix(a, stride, n), n, stride, Part::triangle(uplo)), n, with_vectors);
        let (values, vectors) = found.unwrap_or_else(|| (vec![f64::NAN; n], vec![f64::NAN; n * n]));
        *m = n as c_int;
        matrix_mut(w, n, 1).copy_from_slice(&values);
        if with_vectors {
            let z_stride = size(ldz);
            copy(&vectors, n, matrix_mut(z, z_stride, n), z_stride);
            for i in 0..n {
                (*isuppz.add(2 * i), *isuppz.add(2 * i + 1)) = (1, n as c_int);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;

    /// A matrix without symmetry whose entries are told by a small congruential generator.
    fn sample(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
        let mut state = seed;
        DMatrix::from_fn(rows, columns, |_, _| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1 << 23) as f64 - 1.0
        })
    }

    fn letter(option: u8) -> c_char {
        option as c_char
    }

    fn close(ours: &DMatrix<f64>, theirs: &DMatrix<f64>) {
        assert!((ours - theirs).amax() < 1e-12, "{ours}{theirs}");
    }

    #[test]
    fn products() {
        let (m, n, k) = (5, 4, 6);
        for (a_option, b_option) in [(b'N', b'N'), (b'N', b'T'), (b'T', b'N'), (b'T', b'T')] {
            let turned = |x: &DMatrix<f64>, option: u8| if option == b'N' { x.clone() } else { x.transpose() };
            let (x, y, mut c) = (sample(m, k, 1), sample(k, n, 2), sample(m, n, 3));
            let (a, b) = (turned(&x, a_option), turned(&y, b_option));
            let expected = 2.0 * &x * &y + 0.5 * &c;
            let (lda, ldb) = (a.nrows() as c_int, b.nrows() as c_int);
            let sizes = [m as c_int, n as c_int, k as c_int];
            // SAFETY: sizes and leading dimensions are those of the matrices.
            unsafe {
                dgemm_(
                    &letter(a_option),
                    &letter(b_option),
                    &sizes[0],
                    &sizes[1],
                    &sizes[2],
                    &2.0,
                    a.as_ptr(),
                    &lda,
                    b.as_ptr(),
                    &ldb,
                    &0.5,
                    c.as_mut_ptr(),
                    &sizes[0],
                );
            }
            close(&c, &expected);

            let (vector, mut image) = (sample(k, 1, 4), sample(m, 1, 5));
            let expected = 3.0 * &x * &vector - &image;
            let columns = a.ncols() as c_int;
            // SAFETY: as above.
            unsafe {
                dgemv_(
                    &letter(a_option),
                    &lda,
                    &columns,
                    &3.0,
                    a.as_ptr(),
                    &lda,
                    vector.as_ptr(),
                    &1,
                    &-1.0,
                    image.as_mut_ptr(),
                    &1,
                );
            }
            close(&image, &expected);
        }
    }

    #[test]
    fn a_zero_factor_overwrites_even_nan() {
        let (a, mut c) = (sample(3, 3, 1), DMatrix::from_element(3, 3, f64::NAN));
        // SAFETY: three square matrices of order 3.
        unsafe {
            dgemm_(&letter(b'N'), &letter(b'T'), &3, &3, &3, &1.0, a.as_ptr(), &3, a.as_ptr(), &3, &0.0, c.as_mut_ptr(), &3);
        }
        close(&c, &(&a * a.transpose()));
    }

    #[test]
    fn symmetric_products_touch_one_triangle() {
        let (n, k) = (5, 3);
        for (uplo, trans) in [(b'U', b'N'), (b'U', b'T'), (b'L', b'N'), (b'L', b'T')] {
            let (x, y, start) = (sample(n, k, 1), sample(n, k, 2), sample(n, n, 3));
            let (a, b) = if trans == b'N' { (x.clone(), y.clone()) } else { (x.transpose(), y.transpose()) };
            let stride = a.nrows() as c_int;
            let merged = |product: DMatrix<f64>| {
                DMatrix::from_fn(n, n, |i, j| {
                    if (uplo == b'U' && i <= j) || (uplo == b'L' && i >= j) { product[(i, j)] } else { start[(i, j)] }
                })
            };
            let (mut one, mut two) = (start.clone(), start.clone());
            let (order, inner) = (n as c_int, k as c_int);
            // SAFETY: sizes and leading dimensions are those of the matrices.
            unsafe {
                dsyrk_(&letter(uplo), &letter(trans), &order, &inner, &2.0, a.as_ptr(), &stride, &0.5, one.as_mut_ptr(), &order);
                dsyr2k_(
                    &letter(uplo),
                    &letter(trans),
                    &order,
                    &inner,
                    &2.0,
                    a.as_ptr(),
                    &stride,
                    b.as_ptr(),
                    &stride,
                    &0.5,
                    two.as_mut_ptr(),
                    &order,
                );
            }
            close(&one, &merged(2.0 * &x * x.transpose() + 0.5 * &start));
            close(&two, &merged(2.0 * (&x * y.transpose() + &y * x.transpose()) + 0.5 * &start));

            let symmetric = &start + start.transpose();
            let half = if uplo == b'U' { symmetric.upper_triangle() } else { symmetric.lower_triangle() };
            let (vector, mut image) = (sample(n, 1, 4), sample(n, 1, 5));
            let expected = 2.0 * &symmetric * &vector + 3.0 * &image;
            // SAFETY: as above.
            unsafe {
                dsymv_(&letter(uplo), &order, &2.0, half.as_ptr(), &order, vector.as_ptr(), &1, &3.0, image.as_mut_ptr(), &1);
            }
            close(&image, &expected);
        }
    }

    #[test]
    fn factors_and_solutions() {
        for n in [1, 4, 9] {
            let (root, right) = (sample(n, n, 6), sample(n, 2, 7));
            let positive = &root * root.transpose() + DMatrix::identity(n, n);
            let (order, mut info) = (n as c_int, -1);

            let (mut factor, mut solution) = (positive.clone(), right.clone());
            // SAFETY: sizes and leading dimensions are those of the matrices.
            unsafe { dpotrf_(&letter(b'L'), &order, factor.as_mut_ptr(), &order, &mut info) };
            assert_eq!(info, 0);
            close(&factor.lower_triangle(), &positive.clone().cholesky().unwrap().l());
            // SAFETY: as above.
            unsafe { dpotrs_(&letter(b'L'), &order, &2, factor.as_ptr(), &order, solution.as_mut_ptr(), &order, &mut info) };
            close(&(&positive * &solution), &right);

            let (mut factors, mut solution, mut pivots) = (root.clone(), right.clone(), vec![0; n]);
            // SAFETY: as above, with room for n pivots.
            unsafe {
                dgesv_(&order, &2, factors.as_mut_ptr(), &order, pivots.as_mut_ptr(), solution.as_mut_ptr(), &order, &mut info)
            };
            assert_eq!(info, 0);
            close(&(&root * &solution), &right);
        }
        let (mut indefinite, mut info) = (DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0]), 0);
        // SAFETY: a matrix of order 2.
        unsafe { dpotrf_(&letter(b'L'), &2, indefinite.as_mut_ptr(), &2, &mut info) };
        assert_eq!(info, 2);
        let (mut singular, mut right, mut pivots) =
            (DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 4.0]), sample(2, 1, 1), [0; 2]);
        // SAFETY: a matrix of order 2, one right-hand side, two pivots.
        unsafe { dgesv_(&2, &1, singular.as_mut_ptr(), &2, pivots.as_mut_ptr(), right.as_mut_ptr(), &2, &mut info) };
        assert_eq!(info, 2);
    }

    #[test]
    fn singular_values() {
        let deficient = sample(6, 2, 8) * sample(2, 6, 9);
        for a in [sample(4, 4, 1), sample(7, 4, 2), sample(4, 7, 3), sample(32, 32, 4), deficient] {
            let (m, n) = a.shape();
            let count = m.min(n);
            let (mut s, mut u, mut vt, mut work) = (vec![0.0; count], DMatrix::zeros(m, count), DMatrix::zeros(count, n), [0.0]);
            let (rows, columns, least, mut info) = (m as c_int, n as c_int, count as c_int, -1);
            for query in [-1, 1] {
                // SAFETY: sizes and leading dimensions are those of the matrices; the integers of the workspace are not touched.
                unsafe {
                    dgesdd_(
                        &letter(b'S'),
                        &rows,
                        &columns,
                        a.clone().as_mut_ptr(),
                        &rows,
                        s.as_mut_ptr(),
                        u.as_mut_ptr(),
                        &rows,
                        vt.as_mut_ptr(),
                        &least,
                        work.as_mut_ptr(),
                        &query,
                        std::ptr::null_mut(),
                        &mut info,
                    );
                }
                assert_eq!(info, 0);
            }
            let diagonal = DMatrix::from_diagonal(&nalgebra::DVector::from_vec(s.clone()));
            close(&(&u * diagonal * &vt), &a);
            close(&(u.transpose() * &u), &DMatrix::identity(count, count));
            close(&(&vt * vt.transpose()), &DMatrix::identity(count, count));
            close(&DMatrix::from_vec(count, 1, s), &DMatrix::from_column_slice(count, 1, a.clone().singular_values().as_slice()));
        }
    }

    #[test]
    fn eigenvalues() {
        let repeated = DMatrix::from_diagonal(&nalgebra::DVector::from_vec(vec![2.0, 1.0, 2.0, 0.0, 2.0]));
        let low_rank = sample(8, 2, 3) * sample(2, 8, 4);
        for a in
            [sample(1, 1, 9), sample(4, 4, 1), sample(11, 11, 2), sample(32, 32, 5), repeated, low_rank, DMatrix::zeros(4, 4)]
        {
            let symmetric = &a + a.transpose();
            let n = a.nrows();
            for uplo in [b'U', b'L'] {
                let half = if uplo == b'U' { symmetric.upper_triangle() } else { symmetric.lower_triangle() };
                let (mut values, mut z, mut support) = (vec![0.0; n], DMatrix::zeros(n, n), vec![0; 2 * n]);
                let (order, mut found, mut info, mut work, mut iwork) = (n as c_int, 0, -1, [0.0], [0]);
                for (query, job) in [(-1, b'V'), (1, b'N'), (1, b'V')] {
                    // SAFETY: sizes and leading dimensions are those of the matrices.
                    unsafe {
                        dsyevr_(
                            &letter(job),
                            &letter(b'A'),
                            &letter(uplo),
                            &order,
                            half.clone().as_mut_ptr(),
                            &order,
                            &0.0,
                            &0.0,
                            &0,
                            &0,
                            &-1.0,
                            &mut found,
                            values.as_mut_ptr(),
                            z.as_mut_ptr(),
                            &order,
                            support.as_mut_ptr(),
                            work.as_mut_ptr(),
                            &query,
                            iwork.as_mut_ptr(),
                            &query,
                            &mut info,
                        );
                    }
                    assert_eq!(info, 0);
                    if query == -1 {
                        continue;
                    }
                    assert_eq!(found, order);
                    let mut theirs = symmetric.clone().symmetric_eigenvalues().as_slice().to_vec();
                    theirs.sort_by(f64::total_cmp);
                    close(&DMatrix::from_vec(n, 1, values.clone()), &DMatrix::from_vec(n, 1, theirs));
                }
                close(&(&symmetric * &z), &(&z * DMatrix::from_diagonal(&nalgebra::DVector::from_vec(values))));
                close(&(z.transpose() * &z), &DMatrix::identity(n, n));
            }
        }
    }
}
