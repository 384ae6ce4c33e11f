//! Small dense linear algebra in columns: what an interior-point method needs, in plain loops.
//!
//! Matrices are slices in column-major order. The inner loops are three functions over slices, counted by hand: our own crate is
//! not optimised in the development profile, where an iterator's step costs as much as ten multiplications. No loop depends on the
//! processor's instruction set, so that a solution has the same bits everywhere.

/// `Σ x_i y_i`.
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let (mut sum, mut i, n) = (0.0, 0, x.len().min(y.len()));
    while i < n {
        sum += x[i] * y[i];
        i += 1;
    }
    sum
}

/// `y += factor x`.
pub(super) fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    let (mut i, n) = (0, x.len().min(y.len()));
    while i < n {
        y[i] += factor * x[i];
        i += 1;
    }
}

/// `(x, y) ← (c x - s y, s x + c y)`.
fn rotate(x: &mut [f64], y: &mut [f64], cosine: f64, sine: f64) {
    let (mut i, n) = (0, x.len().min(y.len()));
    while i < n {
        let (a, b) = (x[i], y[i]);
        x[i] = cosine * a - sine * b;
        y[i] = sine * a + cosine * b;
        i += 1;
    }
}

/// Columns `p < q` of a matrix with `rows` rows.
fn two_columns(matrix: &mut [f64], rows: usize, p: usize, q: usize) -> (&mut [f64], &mut [f64]) {
    let (left, right) = matrix.split_at_mut(q * rows);
    (&mut left[p * rows..(p + 1) * rows], &mut right[..rows])
}

/// The unit matrix.
pub(super) fn identity(n: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; n * n];
    for i in 0..n {
        matrix[i * n + i] = 1.0;
    }
    matrix
}

/// The transpose of a matrix of `rows` rows and `columns` columns.
pub(super) fn transposed(matrix: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let mut turned = vec![0.0; rows * columns];
    for j in 0..columns {
        for i in 0..rows {
            turned[i * columns + j] = matrix[j * rows + i];
        }
    }
    turned
}

/// Overwrites the lower triangle of a symmetric matrix, which alone is read, by its Cholesky factor; `Err(k)` if the leading minor of
/// order `k` is not positive.
pub(super) fn cholesky(matrix: &mut [f64], n: usize, stride: usize) -> Result<(), usize> {
    for j in 0..n {
        let (done, rest) = matrix.split_at_mut(j * stride);
        let column = &mut rest[j..n];
        for k in 0..j {
            let other = &done[k * stride + j..k * stride + n];
            add_scaled(column, -other[0], other);
        }
        // Also false for NaN.
        if !(column[0] > 0.0 && column[0].is_finite()) {
            return Err(j + 1);
        }
        let pivot = column[0].sqrt();
        for entry in column.iter_mut() {
            *entry /= pivot;
        }
    }
    Ok(())
}

/// `b ← L⁻¹ b` for a lower triangular `L`.
pub(super) fn solve_lower(lower: &[f64], n: usize, stride: usize, b: &mut [f64]) {
    for j in 0..n {
        let x = b[j] / lower[j * stride + j];
        b[j] = x;
        add_scaled(&mut b[j + 1..n], -x, &lower[j * stride + j + 1..j * stride + n]);
    }
}

/// `b ← L⁻ᵀ b` for a lower triangular `L`.
pub(super) fn solve_lower_transposed(lower: &[f64], n: usize, stride: usize, b: &mut [f64]) {
    for j in (0..n).rev() {
        let known = dot(&lower[j * stride + j + 1..j * stride + n], &b[j + 1..n]);
        b[j] = (b[j] - known) / lower[j * stride + j];
    }
}

/// The eigenvalues of a symmetric matrix, ascending, and their eigenvectors as columns: Householder's reduction to tridiagonal
/// form, then QL steps with implicit shifts. `None` if an eigenvalue takes more than 60 steps. Without vectors their matrix is empty.
pub(super) fn eigen(matrix: &[f64], n: usize, with_vectors: bool) -> Option<(Vec<f64>, Vec<f64>)> {
    let mut work = matrix.to_vec();
    // Without vectors the basis has no rows, and every loop over them is empty.
    let rows = if with_vectors { n } else { 0 };
    let mut basis = if with_vectors { identity(n) } else { Vec::new() };
    let mut off_diagonal = vec![0.0; n];
    // Reflections H_k = I - v vᵀ·2/|v|² that clear column k below the subdiagonal; the basis collects their product from the right.
    for k in 0..n.saturating_sub(1) {
        let mut v = work[k * n + k + 1..(k + 1) * n].to_vec();
        let tail = dot(&v[1..], &v[1..]);
        let norm = (v[0] * v[0] + tail).sqrt();
        if tail == 0.0 {
            off_diagonal[k] = v[0];
            continue;
        }
        let image = if v[0] > 0.0 { -norm } else { norm };
        v[0] -= image;
        off_diagonal[k] = image;
        let factor = 2.0 / (v[0] * v[0] + tail);
        // The trailing block B ← H B H = B - v wᵀ - w vᵀ with w = p - (factor/2)(pᵀv) v, p = factor B v.
        let first = k + 1;
        let mut w = vec![0.0; n - first];
        for j in first..n {
            add_scaled(&mut w, factor * v[j - first], &work[j * n + first..(j + 1) * n]);
        }
        let shift = -0.5 * factor * dot(&w, &v);
        add_scaled(&mut w, shift, &v);
        for j in first..n {
            let column = &mut work[j * n + first..(j + 1) * n];
            add_scaled(column, -w[j - first], &v);
            add_scaled(column, -v[j - first], &w);
        }
        let mut product = vec![0.0; rows];
        for j in first..n {
            add_scaled(&mut product, factor * v[j - first], &basis[j * rows..(j + 1) * rows]);
        }
        for j in first..n {
            add_scaled(&mut basis[j * rows..(j + 1) * rows], -v[j - first], &product);
        }
    }
    let mut diagonal: Vec<f64> = (0..n).map(|i| work[i * n + i]).collect();
    // Relative to its neighbours, so that small eigenvalues of a graded matrix keep their digits; the other term is for zeros among them.
    let norm = diagonal.iter().chain(&off_diagonal).fold(0.0_f64, |a, b| a.max(b.abs()));
    let tiny = f64::EPSILON * f64::EPSILON * norm;
    for first in 0..n {
        let mut steps = 0;
        loop {
            let negligible =
                |m: usize| off_diagonal[m].abs() <= f64::EPSILON * (diagonal[m].abs() + diagonal[m + 1].abs()) + tiny;
            let last = (first..n - 1).find(|&m| negligible(m)).unwrap_or(n - 1);
            if last == first {
                break;
            }
            steps += 1;
            if steps > 60 {
                return None;
            }
            let half = (diagonal[first + 1] - diagonal[first]) / (2.0 * off_diagonal[first]);
            let root = (half * half + 1.0).sqrt();
            let mut g = diagonal[last] - diagonal[first] + off_diagonal[first] / (half + if half < 0.0 { -root } else { root });
            let (mut sine, mut cosine, mut p, mut split) = (1.0, 1.0, 0.0, false);
            for i in (first..last).rev() {
                let f = sine * off_diagonal[i];
                let b = cosine * off_diagonal[i];
                let r = (f * f + g * g).sqrt();
                off_diagonal[i + 1] = r;
                if r == 0.0 {
                    diagonal[i + 1] -= p;
                    off_diagonal[last] = 0.0;
                    split = true;
                    break;
                }
                (sine, cosine) = (f / r, g / r);
                g = diagonal[i + 1] - p;
                let r = (diagonal[i] - g) * sine + 2.0 * cosine * b;
                p = sine * r;
                diagonal[i + 1] = g + p;
                g = cosine * r - b;
                let (left, right) = two_columns(&mut basis, rows, i, i + 1);
                rotate(left, right, cosine, sine);
            }
            if !split {
                diagonal[first] -= p;
                off_diagonal[first] = g;
                off_diagonal[last] = 0.0;
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j]));
    let vectors = order.iter().flat_map(|&i| basis[i * rows..(i + 1) * rows].iter().copied()).collect();
    Some((order.iter().map(|&i| diagonal[i]).collect(), vectors))
}

/// A singular value decomposition `A = U diag(s) Vᵀ`, the singular values descending.
pub(super) struct Singular {
    /// `U`, as many columns as there are singular values.
    pub(super) left: Vec<f64>,
    /// `s`.
    pub(super) values: Vec<f64>,
    /// `V`, as many columns as there are singular values.
    pub(super) right: Vec<f64>,
}

/// The singular values and vectors of a matrix by one-sided Jacobi rotations, which find small singular values to high relative
/// accuracy. `None` if 40 sweeps do not suffice (NaN, that is).
pub(super) fn singular(matrix: &[f64], rows: usize, columns: usize) -> Option<Singular> {
    if rows < columns {
        let turned = singular(&transposed(matrix, rows, columns), columns, rows)?;
        return Some(Singular { left: turned.right, values: turned.values, right: turned.left });
    }
    let mut images = matrix.to_vec();
    let mut basis = identity(columns);
    let mut sweeps = 0;
    loop {
        let mut rotated = false;
        for p in 0..columns {
            for q in p + 1..columns {
                let (x, y) = two_columns(&mut images, rows, p, q);
                let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y));
                // NaN rotates for ever, and is given up below. Entries near the underflow threshold count as nothing.
                if xy.abs() <= 4.0 * f64::EPSILON * (xx * yy).sqrt() || xy.abs() < f64::MIN_POSITIVE {
                    continue;
                }
                rotated = true;
                let half = (yy - xx) / (2.0 * xy);
                let root = (1.0 + half * half).sqrt();
                let tangent = 1.0 / (half + if half < 0.0 { -root } else { root });
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                rotate(x, y, cosine, cosine * tangent);
                let (x, y) = two_columns(&mut basis, columns, p, q);
                rotate(x, y, cosine, cosine * tangent);
            }
        }
        if !rotated {
            break;
        }
        sweeps += 1;
        if sweeps > 40 {
            return None;
        }
    }
    let norms: Vec<f64> = images.chunks(rows.max(1)).map(|x| dot(x, x).sqrt()).collect();
    let mut order: Vec<usize> = (0..columns).collect();
    order.sort_by(|&i, &j| norms[j].total_cmp(&norms[i]));
    let mut left: Vec<f64> = Vec::with_capacity(rows * columns);
    for &i in &order {
        let column = if norms[i] > 0.0 {
            images[i * rows..(i + 1) * rows].iter().map(|x| x / norms[i]).collect()
        } else {
            missing_direction(&left, rows)
        };
        left.extend(column);
    }
    Some(Singular {
        left,
        values: order.iter().map(|&i| norms[i]).collect(),
        right: order.iter().flat_map(|&i| basis[i * columns..(i + 1) * columns].iter().copied()).collect(),
    })
}

/// A unit vector orthogonal to the given orthonormal columns, of which there are fewer than rows: the axis that they miss the most,
/// projected twice.
fn missing_direction(columns: &[f64], rows: usize) -> Vec<f64> {
    let mut best = (0.0, vec![0.0; rows]);
    for axis in 0..rows {
        let mut rest = vec![0.0; rows];
        rest[axis] = 1.0;
        for _ in 0..2 {
            for column in columns.chunks(rows) {
                let along = dot(column, &rest);
                add_scaled(&mut rest, -along, column);
            }
        }
        let norm = dot(&rest, &rest).sqrt();
        if norm > best.0 {
            best = (norm, rest.iter().map(|x| x / norm).collect());
        }
    }
    best.1
}
