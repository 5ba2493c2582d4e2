// Package plots makes every picture that a notebook shows: curves, film strips,
// animations, phase portraits, energy landscapes, paths of bodies, learned
// profiles, the live view of a training run, and densities and flows in the
// plane.
//
// The functions take plain Go slices, so that any model or data set can be
// drawn. Gonum/plot draws the axes, lines, dots and text; the standard library's
// image packages compose film strips and GIFs.
//
// # Conventions
//
//   - A frame is a []uint8 of length size*size*3: RGB, row-major, top row first.
//   - A trajectory is a pair of equally long slices q and p. Where a function
//     says "circle", q is an angle in radians and is drawn in (-pi, pi].
//   - An energy field H(q,p) is given on a grid: H[i][j] belongs to (Q[j], P[i]).
//   - A density or a potential of the plane is a Field as well: H[i][j] belongs to
//     (x, y) = (Q[j], P[i]). Points of the plane are rows of a []float64, [n, 2].
//   - Values that are NaN, infinite or, on a logarithmic axis, not positive are
//     left out and interrupt the line. A function returns an error that names the
//     series if no value is left or if lengths do not match.
//   - Lengths are in CSS pixels, the size that a picture has on a page. A PNG holds
//     two image pixels for each (see [Picture.Size]). A film strip shows every
//     frame pixel as a square of whole image pixels, unblended.
//   - The names "forward", "backward", "double", "half", "true" and "learned"
//     have one colour and one dash pattern throughout (see [StyleOf]). The colours
//     are Okabe and Ito's, which readers with a colour vision deficiency can
//     tell apart (Okabe and Ito, Color Universal Design, 2008).
package plots
