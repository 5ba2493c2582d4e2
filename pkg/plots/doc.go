// Package plots makes every picture a notebook shows: curves, film strips,
// animations, phase portraits, energy landscapes, paths of bodies, learned
// profiles, errors per frame, bars that compare models, scatter plots, the
// live view of a training run, and densities and flows in the plane.
//
// Inputs are plain Go slices and nothing else, so that any model or data set
// can be drawn. Axes, lines and text are gonum/plot's; film strips and GIFs are
// composed with the standard library's image packages.
//
// # Conventions
//
//   - A frame is a []uint8 of length size*size*3: RGB, row-major, top row first.
//   - A trajectory is a pair of equally long slices q and p; q is an angle in
//     radians where a function says "circle", and is drawn in (-pi, pi].
//   - An energy field H(q,p) is given on a grid: H[i][j] belongs to (Q[j], P[i]).
//   - A density or potential of the plane is a Field as well: H[i][j] at (x, y) =
//     (Q[j], P[i]). Points of the plane are rows of a []float64, [n, 2].
//   - An interval is given by its half width; the whiskers and bands that show
//     it reach as far to both sides of the mean.
//   - Values that are NaN, infinite or, on a logarithmic axis, not positive are
//     left out and interrupt the line. Where nothing is left, or lengths do not
//     match, the function returns an error that names the culprit.
//   - Lengths are in CSS pixels, the size a picture has on a page; a PNG holds
//     two image pixels for each (see [Picture.Size]). A film strip shows every
//     frame pixel as a square of whole image pixels, unblended.
//   - The names "forward", "backward", "double", "half", "true" and "learned"
//     have one colour and one dash pattern throughout (see [StyleOf]); colours
//     are Okabe and Ito's, which readers with a colour vision deficiency can
//     tell apart (Okabe and Ito, Color Universal Design, 2008).
//
// # Reading order
//
// picture.go (what is returned), theme.go (how everything looks), figure.go
// (title, legend, panels), then any picture: curves.go, per_step.go, energy.go,
// bars.go, phase.go, field.go, bodies.go, profiles.go, scatter.go, strip.go,
// compare.go, animate.go, live.go, grid.go. Of densities: panel.go (one plane),
// flow.go (arrows and paths), panels.go (planes side by side), density.go (what
// a flow has learned, as a figure and in motion), learning.go.
package plots
