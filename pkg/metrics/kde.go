package metrics

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/badinput"
)

// Scott returns a kernel's standard deviation for each of the d coordinates of points, [n, d]: s_j n^(-1/(d+4)), with
// s_j the standard deviation of the coordinate (Scott 1992, Multivariate Density Estimation). The rule assumes one
// Gaussian, and makes several modes too wide: half of it shows them better. In the plane it is Silverman's rule too.
func Scott(points []float64, d int) ([]float64, error) {
	if d < 1 || len(points) == 0 || len(points)%d != 0 {
		return nil, badinput.Errorf("%d numbers are not points of %d coordinates: give points as rows [N, %d], at least two", len(points), d, d)
	}
	n := len(points) / d
	h, column := make([]float64, d), make([]float64, n)
	for j := range d {
		for i := range n {
			column[i] = points[i*d+j]
		}
		h[j] = stat.StdDev(column, nil) * math.Pow(float64(n), -1/float64(d+4))
		if !(h[j] > 0) || math.IsInf(h[j], 0) {
			return nil, badinput.Errorf("coordinate %d of %d points has no finite spread: a density estimate needs points that differ and are finite", j, n)
		}
	}
	return h, nil
}

// KDE1 estimates the density of points on the line at the equally spaced places xs, with a Gaussian kernel of standard
// deviation h.
func KDE1(points, xs []float64, h float64) ([]float64, error) {
	if err := checkPoints(points, 1); err != nil {
		return nil, err
	}
	x, err := newKernelAxis(xs, h)
	if err != nil {
		return nil, err
	}
	fine := make([]float64, x.n)
	for _, v := range points {
		if k, share, ok := x.locate(v); ok {
			fine[k] += 1 - share
			fine[k+1] += share
		}
	}
	out := make([]float64, len(xs))
	x.smooth(out, fine, 1, len(points))
	return out, nil
}

// KDE2 estimates the density of points in the plane, [n, 2], on the grid of equally spaced xs and ys: row i of the
// result belongs to ys[i], column j to xs[j]. The kernel is Gaussian, with standard deviation h[0] along x and h[1]
// along y.
//
// Each point is shared among the four nearest nodes of a finer grid, which is then convolved with the kernel along
// one axis and then the other (Wand 1994, Fast computation of multivariate kernel estimators): the time hardly grows
// with the number of points, and the result differs from the sum over all points by at most about a hundredth of its
// largest value.
func KDE2(points, xs, ys []float64, h [2]float64) ([][]float64, error) {
	if err := checkPoints(points, 2); err != nil {
		return nil, err
	}
	x, err := newKernelAxis(xs, h[0])
	if err != nil {
		return nil, err
	}
	y, err := newKernelAxis(ys, h[1])
	if err != nil {
		return nil, err
	}
	if x.n*y.n > mostNodes {
		return nil, badinput.Errorf("a density estimate with bandwidths %v on a grid of %d x %d places takes too much memory: choose others, near the steps of the grid", h, len(ys), len(xs))
	}
	fine := make([]float64, y.n*x.n)
	for i := 0; i < len(points); i += 2 {
		k, right, inX := x.locate(points[i])
		l, up, inY := y.locate(points[i+1])
		if inX && inY {
			at := l*x.n + k
			fine[at] += (1 - up) * (1 - right)
			fine[at+1] += (1 - up) * right
			fine[at+x.n] += up * (1 - right)
			fine[at+x.n+1] += up * right
		}
	}
	wide := make([]float64, len(ys)*x.n)
	for k := range x.n { // along y, column by column
		y.smooth(wide[k:], fine[k:], x.n, len(points)/2)
	}
	out := make([][]float64, len(ys))
	for i := range out {
		out[i] = make([]float64, len(xs))
		x.smooth(out[i], wide[i*x.n:(i+1)*x.n], 1, 1)
	}
	return out, nil
}

func checkPoints(points []float64, d int) error {
	if len(points) == 0 || len(points)%d != 0 {
		return badinput.Errorf("%d numbers are not points of %d coordinates: give points as rows [N, %d]", len(points), d, d)
	}
	for i, v := range points {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return badinput.Errorf("coordinate %d of point %d is %v: leave that point out", i%d, i/d, v)
		}
	}
	return nil
}

// kernelAxis is one axis of the grid on which points are counted: the axis of the result, with each step divided into
// finer ones of at most a quarter of the kernel's standard deviation, and extended by the kernel's reach at both
// ends.
type kernelAxis struct {
	start, step float64 // of the fine grid
	n           int     // number of its nodes
	every       int     // fine steps in a step of the result
	kernel      []float64
}

const (
	kernelReach = 5 // standard deviations beyond which the kernel counts as zero
	mostNodes   = 1 << 24
	finest      = 64 // largest number of fine steps in a step of the result: the result does not resolve a narrower kernel
)

func newKernelAxis(at []float64, h float64) (kernelAxis, error) {
	if !(h > 0) || math.IsInf(h, 0) {
		return kernelAxis{}, badinput.Errorf("the bandwidth of a density estimate is %v: give a positive number", h)
	}
	n := len(at)
	if n < 2 {
		return kernelAxis{}, badinput.Errorf("a density estimate on a grid of %d places: give at least 2 along each axis", n)
	}
	step := (at[n-1] - at[0]) / float64(n-1)
	for i, v := range at {
		if !(step > 0) || !(math.Abs(v-at[0]-float64(i)*step) <= 1e-6*step) {
			return kernelAxis{}, badinput.Errorf("the places of a density estimate are not equally spaced and rising at %d: give a regular grid", i)
		}
	}
	a := kernelAxis{every: int(math.Min(math.Ceil(4*step/h), finest))}
	a.step = step / float64(a.every)
	reach := int(math.Ceil(kernelReach * h / a.step))
	if reach > 1<<16 {
		return kernelAxis{}, badinput.Errorf("the bandwidth %v of a density estimate is too wide for a grid of steps of %v: choose a smaller bandwidth", h, step)
	}
	a.start, a.n = at[0]-float64(reach)*a.step, (n-1)*a.every+2*reach+1
	a.kernel = make([]float64, reach+1)
	for i := range a.kernel {
		z := float64(i) * a.step / h
		a.kernel[i] = scalar.Exp(-z*z/2) / (h * math.Sqrt(2*math.Pi))
	}
	return a, nil
}

// locate returns the node at or below v and the share of the way to the next.
func (a *kernelAxis) locate(v float64) (k int, share float64, ok bool) {
	s := (v - a.start) / a.step
	if !(s >= 0 && s < float64(a.n-1)) {
		return 0, 0, false
	}
	k = int(s)
	return k, s - float64(k), true
}

// smooth writes the convolution of counts with the kernel at the places of the result, divided by total. It reads
// both slices with the given stride.
func (a *kernelAxis) smooth(out, counts []float64, stride, total int) {
	reach := len(a.kernel) - 1
	for i, at := 0, reach; at+reach < a.n; i, at = i+1, at+a.every {
		sum := a.kernel[0] * counts[at*stride]
		for j := 1; j <= reach; j++ {
			sum += a.kernel[j] * (counts[(at-j)*stride] + counts[(at+j)*stride])
		}
		out[i*stride] = sum / float64(total)
	}
}
