package density

import (
	"math"
	"runtime"
	"sync"

	"hgn.local/pkg/badinput"
)

// distanceBlocks is the number of parts of the samples over which the error of an energy distance is taken.
const distanceBlocks = 10

// EnergyDistance estimates the squared energy distance (Székely and Rizzo 2013) of the distributions behind two
// independent samples, row-major of d coordinates,
//
//	2 E|x - y| - E|x - x'| - E|y - y'|
//
// where |·| is the Euclidean norm after every coordinate is divided by its standard deviation in x. It is zero for equal
// distributions, and so is the expectation of the estimate, which may be negative. The standard error is that of a
// jackknife over parts of both samples. Each sample holds at least 20 points.
func EnergyDistance(x, y []float64, d int) (value, standardError float64, err error) {
	for _, points := range [][]float64{x, y} {
		if err := CheckPoints(points, d); err != nil {
			return 0, 0, err
		}
		if len(points) < 2*distanceBlocks*d {
			return 0, 0, badinput.Errorf("%d points are too few for an energy distance: give at least %d", len(points)/d, 2*distanceBlocks)
		}
	}
	scale := deviations(x, d)
	across, ofX, ofY := blockSums(x, y, d, scale), blockSums(x, x, d, scale), blockSums(y, y, d, scale)
	without := func(left int) float64 { // without part left of both samples; -1 leaves none out
		n, m := 0.0, 0.0
		var xy, xx, yy float64
		for a := range distanceBlocks {
			if a == left {
				continue
			}
			n, m = n+float64(blockSize(len(x)/d, a)), m+float64(blockSize(len(y)/d, a))
			for b := range distanceBlocks {
				if b != left {
					xy, xx, yy = xy+across[a][b], xx+ofX[a][b], yy+ofY[a][b]
				}
			}
		}
		return 2*xy/(n*m) - xx/(n*(n-1)) - yy/(m*(m-1))
	}
	mean, squares := 0.0, 0.0
	for a := range distanceBlocks {
		mean += without(a) / distanceBlocks
	}
	for a := range distanceBlocks {
		squares += math.Pow(without(a)-mean, 2)
	}
	return without(-1), math.Sqrt(squares * (distanceBlocks - 1) / distanceBlocks), nil
}

// deviations returns the standard deviation of each coordinate, or 1 of a constant one.
func deviations(x []float64, d int) []float64 {
	n, out := float64(len(x)/d), make([]float64, d)
	for k := range d {
		mean := 0.0
		for i := k; i < len(x); i += d {
			mean += x[i] / n
		}
		for i := k; i < len(x); i += d {
			out[k] += (x[i] - mean) * (x[i] - mean) / n
		}
		if out[k] = math.Sqrt(out[k]); out[k] == 0 {
			out[k] = 1
		}
	}
	return out
}

// blockSize is the number of points of part a of n.
func blockSize(n, a int) int { return (a+1)*n/distanceBlocks - a*n/distanceBlocks }

// blockSums returns the sum of the distances between the points of part a of x and part b of y.
func blockSums(x, y []float64, d int, scale []float64) (sums [distanceBlocks][distanceBlocks]float64) {
	part := func(z []float64, a int) []float64 {
		n := len(z) / d
		return z[a*n/distanceBlocks*d : (a+1)*n/distanceBlocks*d]
	}
	var work sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for a := range distanceBlocks {
		work.Go(func() {
			room <- struct{}{}
			for b := range distanceBlocks {
				sums[a][b] = distances(part(x, a), part(y, b), d, scale)
			}
			<-room
		})
	}
	work.Wait()
	return sums
}

// distances sums the distances between all points of two samples.
func distances(x, y []float64, d int, scale []float64) (sum float64) {
	for i := 0; i < len(x); i += d {
		for j := 0; j < len(y); j += d {
			squares := 0.0
			for k := range d {
				v := (x[i+k] - y[j+k]) / scale[k]
				squares += v * v
			}
			sum += math.Sqrt(squares)
		}
	}
	return sum
}
